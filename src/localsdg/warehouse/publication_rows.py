"""Rows of each table in two published files: how many there are, and how many came, went or differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localsdg.common.database import identifier
from localsdg.registry.tables import tables
from localsdg.warehouse.content_hash import DATA_SCHEMAS
from localsdg.warehouse.publication_sides import FILES, SCHEMAS, Sides

if TYPE_CHECKING:
    import pyarrow as pa

_DIGEST = "select count(*), sum(row_hash) from {side}.{table}"
_KEYS = "create or replace temp table {side}_row as select row_key, row_hash from {side}.{table}"
_MATCHED = (
    "select count(*), count(*) filter (o.row_hash <> n.row_hash) from old_row as o join new_row as n using (row_key)"
)


def compare_rows(sides: Sides, same_data: bool) -> pa.Table:
    """One row a table of either file: table_name, old_rows, new_rows, added, removed, changed.

    Added, removed and changed are told by the declared primary key and are null
    where a table has none in both files, and for tables of `audit` and `meta`,
    which describe a run. With `same_data` the tables of the data are not read.
    Columns of arrival and names of releases outside the key are no change.
    """
    import pyarrow as pa

    names = sorted({name for held in sides.base_tables.values() for name in held if name.split(".")[0] in SCHEMAS})
    rows = [_compare(sides, name, same_data) for name in names]
    counts = ("old_rows", "new_rows", "added", "removed", "changed")
    schema = pa.schema([("table_name", pa.string()), *((name, pa.int64()) for name in counts)])
    return pa.Table.from_pylist(rows, schema=schema)


def _compare(sides: Sides, name: str, same_data: bool) -> dict:
    table = tables().get(name)
    keyed = (
        table is not None
        and name.split(".")[0] in DATA_SCHEMAS
        and bool(table.primary_key)
        and set(table.primary_key) <= set(sides.shared(name))
        and all(name in held for held in sides.base_tables.values())
    )
    counts = {side: _count(sides, side, name) for side in FILES}
    row = {"table_name": name, "old_rows": counts["old"], "new_rows": counts["new"]}
    if not keyed:
        return row
    if same_data or _is_same(sides, name):
        return row | {"added": 0, "removed": 0, "changed": 0}
    for side in FILES:
        sides.con.execute(_KEYS.format(side=side, table=name))
    matched, changed = sides.con.execute(_MATCHED).fetchall()[0]
    return row | {
        "added": (counts["new"] or 0) - matched,
        "removed": (counts["old"] or 0) - matched,
        "changed": changed,
    }


def _is_same(sides: Sides, name: str) -> bool:
    digests = [sides.con.execute(_DIGEST.format(side=side, table=name)).fetchone() for side in FILES]
    return digests[0] == digests[1]


def _count(sides: Sides, side: str, name: str) -> int | None:
    if name not in sides.base_tables[side]:
        return None
    quoted = ".".join(map(identifier, name.split(".")))
    return sides.con.execute(f"select count(*) from {FILES[side]}.{quoted}").fetchall()[0][0]
