"""The hash of what a warehouse holds: the same data have the same one, whenever and by which run they were built."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from localsdg.common.database import identifier
from localsdg.registry.tables import Column, Table, schema_tables

if TYPE_CHECKING:
    import duckdb

#: Schemas whose tables are the data; `audit` and `meta` describe how they came about.
DATA_SCHEMAS = ("core", "evidence")
#: Columns that say when and in which bytes the data arrived, and not what they are: the day of publication
#: of a month's release gives way to an earlier day of retrieval.
NOT_CONTENT = frozenset({"fetched_at", "retrieved_on", "snapshot_sha256", "published_on", "as_of"})
#: DuckDB's numbers by table: rows, and the sum of the hashes of the rows, which no order of rows changes.
_SUM = "select count(*), coalesce(sum(hash({columns})), 0) from {table}"


def content_hash(con: duckdb.DuckDBPyConnection) -> str:
    """SHA-256 over the rows of all declared tables of `core` and `evidence`, as 64 hexadecimal digits.

    Columns of arrival (`NOT_CONTENT`) are left out. Rows are hashed by DuckDB,
    which takes a tenth of the time of a cryptographic hash a row: it finds changes,
    and is no protection against someone who wants to hide one. It is comparable
    between files of one version of DuckDB (`meta.release.duckdb_version`).
    """
    digest = hashlib.sha256()
    for table in sorted(schema_tables(*DATA_SCHEMAS), key=lambda one: one.name):
        columns = [column for column in table.columns if column.name not in NOT_CONTENT]
        if table.kind != "table" or not columns:
            continue
        hashed = ", ".join(hash_expression(table, column) for column in columns)
        row = con.execute(_SUM.format(columns=hashed, table=table.name)).fetchone()
        names = ",".join(f"{column.name} {column.type}" for column in columns)
        digest.update(f"{table.name}|{names}|{row}\n".encode())
    return digest.hexdigest()


def hash_expression(table: Table, column: Column) -> str:
    """A column as it is hashed.

    What is computed from many values is taken as a FLOAT: the last digits of a sum
    depend on the order in which threads add. What is published is taken exactly.
    """
    name = identifier(column.name)
    return f"cast({name} as float)" if table.schema == "evidence" and column.type == "DOUBLE" else name
