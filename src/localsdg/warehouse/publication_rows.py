"""Rows of each table in two published files: how many there are, and how many came, went or differ."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from localsdg.common.database import identifier, text
from localsdg.common.sql_text import literal
from localsdg.registry.tables import Table, tables
from localsdg.warehouse.content_hash import DATA_SCHEMAS
from localsdg.warehouse.publication_sides import FILES, SCHEMAS, Sides, first_line, listed_columns, row_hashes

if TYPE_CHECKING:
    import pyarrow as pa

#: Columns of a key that cut a table into parts of which most are the same from one publication to the next.
_CUTS = ("release", "metric_id", "site_id", "series_code", "dataset_id")
_DIGEST = (
    "select '{side}' as side, {cut} as cut, count(*) as n_rows, sum({content}) as digest "
    "from (select {listed} from {file}.{table}) group by 2"
)
_ROWS = (
    "create or replace temp table {side}_row as select {key} as row_key, {content} as row_hash "
    "from (select {listed} from {file}.{table}) where {where}"
)
_MATCHED = (
    "select count(*), count(*) filter (o.row_hash <> n.row_hash) from old_row as o join new_row as n using (row_key)"
)


def compare_rows(sides: Sides, same_data: bool, unchanged: Collection[str], not_compared: list[str]) -> pa.Table:
    """One row a table of either file: table_name, old_rows, new_rows, added, removed, changed.

    Added, removed and changed are found by the declared primary key and are null
    where a table has none in both files, and for tables of `audit` and `meta`,
    which describe a run. With `same_data` the tables of the data are only counted, and so are those `unchanged`.
    Columns of arrival and names of releases outside the key are no change. A
    table whose rows cannot be compared is counted, and named in `not_compared`.
    """
    import duckdb
    import pyarrow as pa

    counts = {side: _counts(sides, side) for side in FILES}
    rows = []
    for name in sorted(counts["old"].keys() | counts["new"].keys()):
        row = {"table_name": name, "old_rows": counts["old"].get(name), "new_rows": counts["new"].get(name)}
        table = tables().get(name)
        if table is not None and _is_keyed(sides, table):
            try:
                nothing = same_data or name in unchanged or not (row["old_rows"] or row["new_rows"])
                row |= {"added": 0, "removed": 0, "changed": 0} if nothing else _differences(sides, table)
            except duckdb.Error as error:
                not_compared.append(f"rows of {name}: {first_line(error)}")
        rows.append(row)
    numbers = ("old_rows", "new_rows", "added", "removed", "changed")
    schema = pa.schema([("table_name", pa.string()), *((name, pa.int64()) for name in numbers)])
    return pa.Table.from_pylist(rows, schema=schema)


def _counts(sides: Sides, side: str) -> dict[str, int]:
    """Rows of every table of a file, by one statement: a hundred of them take longer than their rows."""
    names = sorted(name for name in sides.base_tables[side] if name.split(".")[0] in SCHEMAS)
    if not names:
        return {}
    selects = (
        f"select {text(name)}, count(*) from {FILES[side]}.{'.'.join(map(identifier, name.split('.')))}"
        for name in names
    )
    return dict(sides.con.execute(" union all ".join(selects)).fetchall())


def _is_keyed(sides: Sides, table: Table) -> bool:
    return (
        table.schema in DATA_SCHEMAS
        and bool(table.primary_key)
        and set(table.primary_key) <= set(sides.shared(table.name))
        and all(table.name in held for held in sides.base_tables.values())
    )


def _differences(sides: Sides, table: Table) -> dict[str, int]:
    """Added, removed and changed rows of a table with a key that both files have.

    A sum of hashes by a column of the key finds what may differ; a part that one
    file has alone is counted, and rows are matched in the others.
    """
    cut = next((name for name in _CUTS if name in table.primary_key), None)
    column = f"coalesce(cast({identifier(cut)} as varchar), '')" if cut else "''"
    key, content = row_hashes(sides, table)
    words = {"table": table.name, "cut": column, "key": key, "content": content, "listed": listed_columns(sides, table)}
    digests: dict[str, dict[str, tuple]] = {side: {} for side in FILES}
    selects = [_DIGEST.format(side=side, file=file, **words) for side, file in FILES.items()]
    for side, part, *numbers in sides.con.execute(" union all ".join(selects)).fetchall():
        digests[side][part] = tuple(numbers)
    older, newer = digests["old"], digests["new"]
    differing = [part for part in older.keys() | newer.keys() if older.get(part) != newer.get(part)]
    total = {
        "added": sum(newer[part][0] for part in differing if part in newer),
        "removed": sum(older[part][0] for part in differing if part in older),
        "changed": 0,
    }
    if both := sorted(part for part in differing if part in older and part in newer):
        where = f"list_contains({literal(both)}, {column})"
        for side, file in FILES.items():
            sides.con.execute(_ROWS.format(side=side, file=file, where=where, **words))
        matched, changed = sides.con.execute(_MATCHED).fetchall()[0]
        total = {"added": total["added"] - matched, "removed": total["removed"] - matched, "changed": changed}
    return total
