"""The meaning of each row of a poverty number -> the temp table `local_meaning`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from localsdg.common.clean_text import comparable
from localsdg.registry.local_words import poverty_patterns
from localsdg.staging.local.parse import FileToParse
from localsdg.staging.local.poverty import (
    NOT_STATED,
    SERIES,
    UNIT,
    Facts,
    Meaning,
    is_poverty_number,
    meaning_of,
    parts_of_cell,
    parts_of_text,
)

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

#: Column of the table -> field of a meaning.
_COLUMNS = {
    "poverty_threshold": "threshold",
    "poverty_threshold_basis": "threshold_basis",
    "population_unit": "population",
    "population_unit_basis": "population_basis",
}


def state_poverty_meanings(con: duckdb.DuckDBPyConnection, files: Sequence[FileToParse]) -> None:
    """Make `local_meaning`: file, row, line and population of the rows of all poverty numbers.

    A distinct combination of cells is resolved once a file.
    """
    con.register("given", _meanings(files))
    con.execute("create or replace temp table local_meaning as select * from given")
    con.unregister("given")


def row_meanings(parsed: FileToParse) -> list[Meaning]:
    """The meaning of each row of a file, in the order of its rows."""
    roles, columns = parsed.roles, parsed.file.columns
    places = {at - 1 for at, _ in roles.areas}
    # an empty column says nothing; a bundle leaves it out
    named = [(name, columns[name], at in places) for at, name in enumerate(roles.names) if any(columns[name])]
    units = columns[roles.unit] if roles.unit else [""] * len(parsed.file.row_numbers)
    keys = list(zip(units, *(cells for _, cells, _ in named), strict=True))
    headers = [(name, is_place) for name, _, is_place in named]
    by_key = {key: _row_facts(key, headers, parsed) for key in dict.fromkeys(keys)}
    # rows of a group of people say that the number counts people, where nothing else says what it counts
    counts_people = _breaks_people_down(headers, by_key.values())
    meanings = {key: meaning_of(facts, parsed.description.poverty) for key, facts in by_key.items()}
    return [_or_persons(meanings[key]) if counts_people else meanings[key] for key in keys]


def _row_facts(key: tuple[str, ...], headers: list[tuple[str, bool]], parsed: FileToParse) -> Facts:
    """What the cells of a row state, then its unit."""
    unit, *cells = key
    found: dict[str, tuple[str, str]] = {}
    for (header, is_place), cell in zip(headers, cells, strict=True):
        for part, value in _cell_parts(header, cell, is_place, parsed).items():
            # `at risk of poverty` in one cell is a share of the median; another says of whose
            if part not in found or (part == "line" and found[part][0].endswith("of the median")):
                found[part] = value, SERIES
    for part, value in parts_of_text(unit, parsed.home).items():
        found.setdefault(part, (value, UNIT))
    return found


def _cell_parts(header: str, cell: str, is_place: bool, parsed: FileToParse) -> Mapping[str, str]:
    stated = parsed.description.stated
    if cell.strip() in stated.cell_parts:
        return stated.cell_parts[cell.strip()]
    if is_place:
        # names of places hold all words; what follows one in brackets is a group: Barcelona(0-15 population)
        return parts_of_text(" . ".join(re.findall(r"\((.*?)\)", cell)), parsed.home)
    return parts_of_cell(header, stated.cell_words.get(cell.strip(), cell), parsed.home)


def _breaks_people_down(headers: list[tuple[str, bool]], facts: Iterable[Facts]) -> bool:
    ((_, pattern),) = poverty_patterns("people column")
    names = (re.sub(r"[._-]+", " ", comparable(header)) for header, is_place in headers if not is_place)
    return any(map(pattern.search, names)) or any(one.get("population", ("", ""))[1] == SERIES for one in facts)


def _or_persons(meaning: Meaning) -> Meaning:
    if meaning.population != NOT_STATED:
        return meaning
    return Meaning(meaning.threshold, meaning.threshold_basis, "persons", SERIES)


def _meanings(files: Sequence[FileToParse]) -> pa.Table:
    import pyarrow as pa

    at: dict[str, list[int]] = {"file": [], "row": []}
    texts: dict[str, list[str]] = {name: [] for name in _COLUMNS}
    for parsed in files:
        if not is_poverty_number(parsed.description.indicator_id):
            continue
        meanings = row_meanings(parsed)
        at["file"] += [parsed.number] * len(meanings)
        at["row"] += parsed.file.row_numbers
        for name, field in _COLUMNS.items():
            texts[name] += [getattr(meaning, field) for meaning in meanings]
    return pa.table(
        {name: pa.array(values, pa.int32()) for name, values in at.items()}
        | {name: pa.array(values, pa.string()) for name, values in texts.items()}
    )
