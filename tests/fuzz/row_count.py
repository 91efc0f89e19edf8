"""A count of the records of a CSV that shares no code with the readers of the project."""

from __future__ import annotations


def count_records(text: str, separator: str) -> tuple[int, bool]:
    """Records of a CSV that are no blank lines, and whether its quotes leave no doubt.

    In doubt are a quote within a cell, a text behind a closing quote, and a quote that never
    closes: then the number means nothing. `text` has line feeds alone.
    """
    n_records, in_quotes, was_quoted, is_clear = 0, False, False, True
    cell_is_empty = record_is_blank = True
    place = 0
    while place < len(text):
        sign = text[place]
        if in_quotes:
            if sign == '"' and text[place + 1 : place + 2] == '"':
                place += 1
            elif sign == '"':
                in_quotes, was_quoted = False, True
        elif sign == "\n":
            n_records += not record_is_blank
            cell_is_empty = record_is_blank = True
            was_quoted = False
        elif sign == separator:
            cell_is_empty, record_is_blank, was_quoted = True, False, False
        elif sign == '"':
            is_clear = is_clear and cell_is_empty and not was_quoted
            in_quotes, cell_is_empty, record_is_blank = True, False, False
        else:
            is_clear = is_clear and not was_quoted
            cell_is_empty = record_is_blank = False
        place += 1
    return n_records + (not record_is_blank), is_clear and not in_quotes
