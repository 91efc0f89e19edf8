"""Rows of a site's readable files -> typed rows with their area, key and headline, in DuckDB.

Everything here works on whole columns; Python only looks at files, and at
the distinct places that they name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from localsdg.common.database import text
from localsdg.staging.opensdg.areas import _TOTAL, Home, Place, column_kind, place_of, plain
from localsdg.staging.opensdg.files import DataFile
from localsdg.staging.opensdg.units import UNIT_COLUMNS, unit_of

if TYPE_CHECKING:
    import duckdb

#: Columns that describe the value and do not break it down.
_ATTRIBUTES = ("observation status", "obs_status", "observation_status")
_SCALE = ("unit multiplier", "unit_mult", "progress")
#: Groups of people: one group in every row is not the whole population.
_PEOPLE = re.compile(
    r"\b(sex|gender|sexo|genero|geschlecht|genere|edad|age|alter|edat|race|ethnicity|disability|discapacidad|"
    r"group|grupo|gruppe|herkunft|nationality|nacionalidad)\b"
)


@dataclass(frozen=True)
class Readable:
    """A file to be typed, with the facts that its metadata give."""

    number: int
    file: DataFile
    unit: str
    unit_basis: str
    place: Place
    place_basis: str


def type_rows(con: duckdb.DuckDBPyConnection, readable: list[Readable], home: Home) -> None:
    """Make the temp table `osdg_row`: one row a record, `rule_id` null where it is staged."""
    _load(con, readable, home)
    _places(con, readable, home)
    _units(con)
    con.execute(_TYPED)
    con.execute(_KEYED)
    con.execute(_HEADLINE)
    con.execute("drop table osdg_raw; drop table osdg_typed; drop table osdg_place; drop table osdg_unit")


def _load(con, readable: list[Readable], home: Home) -> None:
    """Raw cells of all files into `osdg_raw`, facts of files into `osdg_file`."""
    import pyarrow as pa

    rows: dict[str, list] = {name: [] for name in ("file", "row", "year", "value", "unit", "status")}
    cells: list[tuple] = []
    files = []
    for one in readable:
        file, columns = one.file, one.file.columns
        n = len(file.row_numbers)
        special, names = _split(file)
        rows["file"] += [one.number] * n
        rows["row"] += file.row_numbers
        for key in ("year", "value", "unit", "status"):
            rows[key] += columns[special[key]] if special[key] else [None] * n
        cells += zip(*(columns[name] for name in names), strict=True) if names else [()] * n
        values = {name: set(columns[name]) for name in names}
        kinds = [column_kind(name, values[name], home) for name in names]
        files.append(
            {
                "file": one.number,
                "indicator_id": file.indicator_id,
                "entry": file.entry,
                "names": names,
                "area_at": [place for place, kind in enumerate(kinds, 1) if kind],
                "area_kinds": [kind for kind in kinds if kind],
                "group_at": [
                    place
                    for place, (name, kind) in enumerate(zip(names, kinds, strict=True), 1)
                    if not kind and not _is_label(name, values[name])
                ],
                "separator": file.separator,
                "unit": one.unit,
                "unit_basis": one.unit_basis,
                "area_kind": one.place.kind,
                "area_name": one.place.name,
                "area_basis": one.place_basis,
            }
        )
    strings = pa.list_(pa.string())
    raw = pa.table(
        {
            **{
                name: pa.array(cells_of, pa.int32() if name in ("file", "row") else pa.string())
                for name, cells_of in rows.items()
            },
            "cells": pa.array(cells, strings),
        }
    )
    facts = pa.Table.from_pylist(
        files,
        pa.schema(
            [
                ("file", pa.int32()),
                ("indicator_id", pa.string()),
                ("entry", pa.string()),
                ("names", strings),
                ("area_at", pa.list_(pa.int32())),
                ("area_kinds", strings),
                ("group_at", pa.list_(pa.int32())),
                ("separator", pa.string()),
                ("unit", pa.string()),
                ("unit_basis", pa.string()),
                ("area_kind", pa.string()),
                ("area_name", pa.string()),
                ("area_basis", pa.string()),
            ]
        ),
    )
    for name, table in (("osdg_raw", raw), ("osdg_file", facts)):
        con.register("given", table)
        con.execute(f"create or replace temp table {name} as select * from given")
        con.unregister("given")


def _split(file: DataFile) -> tuple[dict[str, str | None], list[str]]:
    """Year, value, unit and status columns, and the names of all others."""
    special = {
        "year": file.column("year"),
        "value": file.column("value"),
        "unit": next((cell for name in UNIT_COLUMNS if (cell := file.column(name))), None),
        "status": file.column(*_ATTRIBUTES),
    }
    scale = {
        cell
        for cell in file.columns
        if cell.casefold() in _SCALE and {plain(value) for value in file.columns[cell]} <= {"", "units", "0", "1"}
    }
    return special, [cell for cell in file.columns if cell not in special.values() and cell not in scale]


def _is_label(name: str, values: set[str]) -> bool:
    """One text in every row of the file: a label (the base file's series), not a breakdown."""
    return len(values) == 1 and not _PEOPLE.search(re.sub(r"[._-]+", " ", plain(name)))


def _places(con, readable: list[Readable], home: Home) -> None:
    """The place of each distinct combination of area cells, `osdg_place`."""
    import pyarrow as pa

    found = con.execute(
        "select distinct f.file, f.area_kinds, list_transform(f.area_at, lambda p: r.cells[p]) as area_key "
        "from osdg_raw as r join osdg_file as f using (file) where len(f.area_at) > 0"
    ).fetchall()
    rows = []
    for number, kinds, key in found:
        place = _most_telling([place_of(cell or "", kind, home) for cell, kind in zip(key, kinds, strict=True)])
        if place:
            rows.append(
                {"file": number, "area_key": key, "kind": place.kind, "name": place.name, "is_exact": place.is_exact}
            )
    table = pa.Table.from_pylist(
        rows,
        pa.schema(
            [
                ("file", pa.int32()),
                ("area_key", pa.list_(pa.string())),
                ("kind", pa.string()),
                ("name", pa.string()),
                ("is_exact", pa.bool_()),
            ]
        ),
    )
    con.register("given", table)
    con.execute("create or replace temp table osdg_place as select * from given")
    con.unregister("given")


def _most_telling(places: list[Place | None]) -> Place | None:
    """Of several columns: the part inside, else a place that is not the own, else the own."""
    stated = [place for place in places if place]
    for wanted in (lambda p: p.kind == "part", lambda p: p.kind != "own", lambda p: not p.is_exact):
        if chosen := next((place for place in stated if wanted(place)), None):
            return chosen
    return stated[0] if stated else None


def _units(con) -> None:
    """`osdg_unit`: each published unit, normalised once."""
    seen = [row[0] for row in con.execute("select distinct unit from osdg_raw where unit is not null").fetchall()]
    con.execute("create or replace temp table osdg_unit (published varchar, unit varchar)")
    if seen:
        con.execute("insert into osdg_unit select unnest(?), unnest(?)", [seen, [unit_of(one) for one in seen]])


_TOTALS = "[" + ", ".join(text(one) for one in sorted(_TOTAL)) + "]"

_TYPED = f"""
create or replace temp table osdg_typed as
with comma as (
    -- the file decides how its commas are read; a semicolon between cells is a sign too
    select file, case
        when bool_or(osdg_comma(value) is false) then false
        when bool_or(osdg_comma(value)) or any_value(separator) = ';' then true
    end as decimal_comma
    from osdg_raw join osdg_file using (file)
    where value like '%,%' or value like '%.%' group by file
),
numbers as (
    select r.*, osdg_number(r.value, c.decimal_comma) as number
    from osdg_raw as r left join comma as c using (file)
)
select
    n.file, n.row, n.year as year_text, osdg_first_year(n.year) as first_year,
    osdg_last_year(n.year) as last_year, osdg_is_part_year(n.year) as is_part_year,
    n.value as value_raw, osdg_status(n.value, n.number) as value_status,
    case when osdg_status(n.value, n.number) = 'censored' then osdg_sign(n.value) end as censoring,
    n.number as value, nullif(trim(n.unit), '') as published_unit, n.status as observation_status, n.cells,
    coalesce(u.unit, f.unit) as unit,
    case when u.unit is not null then 'column' else f.unit_basis end as unit_basis,
    f.indicator_id, f.entry, f.unit as file_unit,
    -- keys and values cut by the same mask; map_from_entries on the filtered pairs fails in DuckDB 1.5
    map(list_where(f.names, list_transform(n.cells, lambda c: trim(c) <> '')),
        list_filter(list_transform(n.cells, lambda c: trim(c)), lambda c: c <> '')) as dimensions,
    coalesce(p.kind, f.area_kind) as area_kind, coalesce(p.name, f.area_name) as area_name,
    case when p.kind is not null then 'row' else f.area_basis end as area_basis,
    coalesce(p.is_exact, true) and len(list_filter(f.group_at, lambda g:
        not list_contains({_TOTALS}, lower(trim(n.cells[g]))))) = 0 as is_whole
from numbers as n
join osdg_file as f using (file)
left join osdg_place as p
    on p.file = n.file and p.area_key = list_transform(f.area_at, lambda a: n.cells[a])
left join osdg_unit as u on u.published = n.unit
"""

_KEYED = """
create or replace temp table osdg_row as
with ruled as (
    select *, case
        when value_status is null then 'OSDG-R04'
        when first_year is null or first_year not between 1900 and 2100
            or last_year not between first_year and 2100 then 'OSDG-R07'
        when value_status = 'unparsed' then 'OSDG-R06'
    end as own_rule,
    hash(file, osdg_period(year_text), coalesce(published_unit, ''),
        list_transform(cells, lambda c: lower(trim(c)))) as key
    from osdg_typed
),
counted as (
    select *,
        count(distinct coalesce(value::varchar, value_raw)) filter (own_rule is null)
            over (partition by key) as n_values,
        row_number() over (partition by key, own_rule is null order by row) as place
    from ruled
)
select * exclude (own_rule, key, n_values, place),
    case when own_rule is not null then own_rule
        when n_values > 1 then 'OSDG-R08' when place > 1 then 'OSDG-R09' end as rule_id,
    false as is_headline
from counted
"""

# The figure of the year: own area, whole population, one unit for the indicator. The unit of
# the metadata wins, then the one with most years, then percent, then the file's order.
_HEADLINE = """
update osdg_row set is_headline = true
where (file, row) in (
    with candidate as (
        select file, row, first_year, value, unit, published_unit, file_unit from osdg_row
        where rule_id is null and area_kind = 'own' and is_whole and not is_part_year
            and value_status in ('number', 'censored')
    ),
    units as (
        select file, unit, published_unit, row_number() over (
            partition by file order by (unit = any_value(file_unit)) desc, count(distinct first_year) desc,
                (unit = 'PERCENT') desc, min(row)) as place
        from candidate group by file, unit, published_unit
    ),
    chosen as (
        select c.*, count(distinct c.value) over (partition by c.file, c.first_year) as n_values,
            row_number() over (partition by c.file, c.first_year order by c.row) as place
        from candidate as c join units as u
            on u.file = c.file and u.unit = c.unit
            and u.published_unit is not distinct from c.published_unit and u.place = 1
    )
    select file, row from chosen where n_values = 1 and place = 1
)
"""
