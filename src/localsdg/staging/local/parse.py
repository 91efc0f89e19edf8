"""Rows of the data files of all publishers -> parsed rows with their period, value, unit and area, in DuckDB.

Everything here works on whole columns of all files together; Python only looks
at the columns of a file, and at the distinct places that they name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from localsdg.common.context import RunContext
from localsdg.registry.local_words import decimal_comma_countries
from localsdg.staging.local.columns import ColumnRoles
from localsdg.staging.local.data_file import DataFile
from localsdg.staging.local.describe import Description
from localsdg.staging.local.multiplier import row_powers
from localsdg.staging.local.periods import normal_form, read_periods
from localsdg.staging.local.reference_area import Home, Place, place_of
from localsdg.staging.local.units import unit_of, unit_power

if TYPE_CHECKING:
    import pyarrow as pa

#: Countries whose statistical offices put a value in brackets where its sample is small (Statistisches
#: Bundesamt, explanation of symbols: "Aussagewert eingeschränkt").
BRACKETS_MEAN_UNCERTAIN = ("DEU", "AUT", "CHE", "LIE")


@dataclass(frozen=True)
class FileToParse:
    """A file that was let in; `number` is its own in this call."""

    number: int
    file: DataFile
    description: Description
    home: Home
    roles: ColumnRoles
    #: The year of the pull, after which no figure is an observation.
    year_pulled: int = 2100


def parse_rows(context: RunContext, files: Sequence[FileToParse]) -> None:
    """Make the temp tables `local_file` and `local_row`: one row a record, `rule` null where it is let in."""
    con = context.con
    _register(con, "local_raw", _raw_cells(files))
    _register(con, "local_file", _file_facts(files))
    _resolve_places(con, files)
    _resolve_periods(con, files)
    _normalise_units(con)
    for name in ("local_typed", "local_row"):
        con.execute(f"create or replace temp table {name} as {context.select(f'staging/{name}')}")
    con.execute(
        "drop table local_raw; drop table local_typed; drop table local_place; drop table local_unit; "
        "drop table local_period"
    )


def _register(con, name: str, table: pa.Table) -> None:
    con.register("given", table)
    con.execute(f"create or replace temp table {name} as select * from given")
    con.unregister("given")


def _raw_cells(files: Sequence[FileToParse]) -> pa.Table:
    """Cells of all files as text, a row a record: file, row, year, value, unit, status, power, cells."""
    import pyarrow as pa

    columns: dict[str, list] = {name: [] for name in ("file", "row", "year", "value", "unit", "status", "power")}
    cells: list[tuple[str, ...]] = []
    for parsed in files:
        file, roles = parsed.file, parsed.roles
        n_rows = len(file.row_numbers)
        columns["file"] += [parsed.number] * n_rows
        columns["row"] += file.row_numbers
        columns["power"] += row_powers(file)
        special = {"year": roles.year, "value": roles.value, "unit": roles.unit, "status": roles.status}
        for key, name in special.items():
            columns[key] += file.columns[name] if name else [None] * n_rows
        # publishers write a tab before a label, and the same label without
        others = [[cell.strip() for cell in file.columns[name]] for name in roles.names]
        cells += zip(*others, strict=True) if others else [()] * n_rows
    types = {name: pa.int32() if name in ("file", "row", "power") else pa.string() for name in columns}
    arrays = {name: pa.array(values, types[name]) for name, values in columns.items()}
    return pa.table({**arrays, "cells": pa.array(cells, pa.list_(pa.string()))})


def _file_facts(files: Sequence[FileToParse]) -> pa.Table:
    """What is known of each file, a row a file."""
    import pyarrow as pa

    words, numbers, number = pa.list_(pa.string()), pa.list_(pa.int32()), pa.int32()
    types = {"file": number, "names": words, "area_at": numbers, "area_kinds": words}
    types |= {"series_at": numbers, "group_at": numbers, "key_at": numbers, "whole_cells": pa.list_(words)}
    types |= {"year_pulled": number, "unit_power": number}
    names = ["indicator_id", "entry", "separator", "unit", "unit_basis", "stated_unit"]
    names += ["area_kind", "area_name", "area_basis"]
    flags = [(name, pa.bool_()) for name in ("brackets_are_minus", "writes_decimal_commas")]
    schema = pa.schema([*types.items(), *((name, pa.string()) for name in names), *flags])
    return pa.Table.from_pylist(
        [
            {
                "file": parsed.number,
                "names": parsed.roles.names,
                "area_at": [at for at, _ in parsed.roles.areas],
                "area_kinds": [kind for _, kind in parsed.roles.areas],
                "series_at": parsed.roles.series,
                "group_at": parsed.roles.groups,
                "key_at": parsed.roles.keys,
                "whole_cells": parsed.roles.wholes,
                "indicator_id": parsed.file.indicator_id,
                "entry": parsed.file.entry,
                "separator": parsed.file.separator,
                "unit": parsed.description.unit,
                "unit_basis": parsed.description.unit_basis,
                "unit_power": unit_power(parsed.description.unit),
                "stated_unit": parsed.description.stated.unit.strip() or None,
                "area_kind": parsed.description.place.kind,
                "area_name": parsed.description.place.name,
                "area_basis": parsed.description.place_basis,
                "year_pulled": parsed.year_pulled,
                "brackets_are_minus": parsed.home.iso3 not in BRACKETS_MEAN_UNCERTAIN,
                "writes_decimal_commas": parsed.home.iso3 in decimal_comma_countries(),
            }
            for parsed in files
        ],
        schema,
    )


def _resolve_places(con, files: Sequence[FileToParse]) -> None:
    """`local_place`: the place of each distinct combination of area cells of a file."""
    import pyarrow as pa

    homes = {parsed.number: parsed.home for parsed in files}
    combinations = con.execute(
        "select distinct f.file, f.area_kinds, list_transform(f.area_at, lambda p: r.cells[p]) as area_key "
        "from local_raw as r join local_file as f using (file) where len(f.area_at) > 0"
    ).fetchall()
    rows = []
    for number, kinds, key in combinations:
        named = [place_of(cell or "", kind, homes[number]) for cell, kind in zip(key, kinds, strict=True)]
        if place := most_specific(named):
            rows.append(
                {"file": number, "area_key": key, "kind": place.kind, "name": place.name, "is_exact": place.is_exact}
            )
    types = {"file": pa.int32(), "area_key": pa.list_(pa.string()), "kind": pa.string(), "name": pa.string()}
    _register(con, "local_place", pa.Table.from_pylist(rows, pa.schema([*types.items(), ("is_exact", pa.bool_())])))


def _resolve_periods(con, files: Sequence[FileToParse]) -> None:
    """`local_period`: the first and last year of each distinct text of a period of a file."""
    import pyarrow as pa

    columns: dict[str, list] = {name: [] for name in ("file", "year", "period", "first_year", "last_year", "is_part")}
    for parsed in files:
        texts = dict.fromkeys(parsed.file.columns[parsed.roles.year])
        read = read_periods(texts, parsed.home.iso3, parsed.year_pulled)
        columns["file"] += [parsed.number] * len(texts)
        columns["year"] += texts
        columns["period"] += map(normal_form, texts)
        for name, fact in (("first_year", "first"), ("last_year", "last"), ("is_part", "is_part")):
            columns[name] += [getattr(read.get(text), fact, None) for text in texts]
    text, number = pa.string(), pa.int32()
    types = {"file": number, "year": text, "period": text, "first_year": number, "last_year": number}
    schema = pa.schema([*types.items(), ("is_part", pa.bool_())])
    _register(con, "local_period", pa.table(columns, schema))


def most_specific(places: Sequence[Place | None]) -> Place | None:
    """Of the places in several columns of a row: the part inside, else one that is not the own area, else the own."""
    stated = [place for place in places if place]
    for is_wanted in (lambda p: p.kind == "part", lambda p: p.kind != "own", lambda p: not p.is_exact):
        if chosen := next((place for place in stated if is_wanted(place)), None):
            return chosen
    return stated[0] if stated else None


def _normalise_units(con) -> None:
    """`local_unit`: each published unit, normalised once."""
    rows = con.execute("select distinct unit from local_raw where unit is not null").fetchall()
    units = [unit for (unit,) in rows]
    con.execute("create or replace temp table local_unit (published varchar, unit varchar, power integer)")
    if units:
        codes = list(map(unit_of, units))
        powers = [unit_power(code) if code else None for code in codes]
        con.execute("insert into local_unit select unnest(?), unnest(?), unnest(?)", [units, codes, powers])
