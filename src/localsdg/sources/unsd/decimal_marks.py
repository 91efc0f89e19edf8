"""Whether a comma in the numbers of a file is a decimal mark, found by the form of the numbers.

The UN writes 24,644 for 24644 and 22.1 with a point. A spreadsheet of a
country with decimal commas saves 22,1, with semicolons between the cells. Some
forms have one reading (22,1 or 1.234,5), one has two (24,644): that one
follows the clear numbers of its file, and where there are none a person has
to say it.
"""

from __future__ import annotations

import re
from collections import Counter

from localsdg.common.errors import LocalsdgError

COMMA, POINT = ",", "."
#: Words of `--decimal`.
MARKS = {"comma": COMMA, "point": POINT}

_NUMBER = re.compile(
    r"(?P<sign>\s*[<>≤≥]?=?\s*[+-]?)(?P<body>\d[\d.,]*|[.,]\d+)(?P<rest>(?:[eE][+-]?\d+)?\s*%?\s*)", re.ASCII
)
_SPACED = re.compile(r"(?<=\d)[ '’\u00a0\u202f](?=\d{3}(?!\d))", re.ASCII)
_GROUPS = {mark: re.compile(rf"[1-9]\d{{0,2}}(\{mark}\d{{3}})+", re.ASCII) for mark in (COMMA, POINT)}


class DecimalUnclear(LocalsdgError):
    """A file has numbers with two readings, and no number that decides between them."""


class Marks:
    """Numbers of a file by what their form says: `counts`, and an example of each in `examples`."""

    def __init__(self) -> None:
        self.counts: Counter = Counter()
        self.examples: dict[str, str] = {}

    def add(self, cell: str) -> None:
        """Count one cell."""
        if form := _form(cell):
            self.counts[form] += 1
            self.examples.setdefault(form, cell.strip())

    def mark(self, *, where: object, given: str | None) -> str:
        """The decimal mark of the file: `,` or `.`.

        `given` decides what has two readings. Raises `DecimalUnclear` where it
        is needed and missing.
        """
        comma, point, unclear = (self.counts[name] for name in (COMMA, POINT, "unclear"))
        if given:
            return given
        if comma and not point:
            return COMMA
        if unclear and not point or unclear and comma:
            example = self.examples["unclear"]
            raise DecimalUnclear(
                "the decimal mark is not clear",
                where=where,
                expected="numbers of which some have one reading, such as 22,1 or 22.1; "
                "or --decimal comma or --decimal point",
                got=f"{unclear:,} such as {example}"
                + (f", and both {self.examples[COMMA]} and {self.examples[POINT]}" if comma else ""),
            )
        return POINT

    def note(self, mark: str) -> str | None:
        """A sentence for people where a number had two readings; None without one."""
        if not self.counts["unclear"]:
            return None
        example = self.examples["unclear"]
        return (
            f"{self.counts['unclear']:,} numbers such as {example} have two readings; read with a decimal "
            f"{'comma' if mark == COMMA else 'point'}, {example} is {plain_number(example, mark)}"
        )


def read_number(cell: str, mark: str) -> str:
    """A number as staging reads it; one that staging reads as it is stays unchanged."""
    if mark == POINT and _form(cell) != COMMA and not _SPACED.search(cell):
        return cell
    return plain_number(cell, mark)


def plain_number(cell: str, mark: str) -> str:
    """A number with a decimal point and no groups; a cell that is none stays as it is.

    A number whose form contradicts `mark` is read by its form.
    """
    match = _NUMBER.fullmatch(_SPACED.sub("", cell))
    if match is None:
        return cell
    form = _form(cell)
    mark = form if form in (COMMA, POINT) else mark
    body, group = match["body"], POINT if mark == COMMA else COMMA
    whole, found, fraction = body.partition(mark)
    if group in fraction or mark in fraction:
        return cell
    if group in whole:
        if not _GROUPS[group].fullmatch(whole):
            return cell
        whole = whole.replace(group, "")
    return match["sign"] + whole + ("." + fraction if found and fraction else "") + match["rest"]


def _form(cell: str) -> str | None:
    """`,` or `.` where a number has that decimal mark, `unclear`, None where it says nothing."""
    if COMMA not in cell and POINT not in cell:
        return None
    match = _NUMBER.fullmatch(_SPACED.sub("", cell))
    if match is None:
        return None
    body = match["body"]
    last = COMMA if body.rfind(COMMA) > body.rfind(POINT) else POINT
    other = POINT if last == COMMA else COMMA
    if body.count(last) > 1:  # groups of thousands: the other one is the decimal mark
        return other if _GROUPS[last].fullmatch(body) else None
    if other in body:
        return last if _GROUPS[other].fullmatch(body.partition(last)[0]) else None
    if match["rest"].strip()[:1] in ("e", "E"):
        return last
    return "unclear" if _GROUPS[last].fullmatch(body) else last
