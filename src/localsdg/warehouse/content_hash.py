"""The hash of what a warehouse holds: the same data have the same one, whenever and by which run they were built."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
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
    return hash_of_contents(contents_of_tables(con))


def contents_of_tables(
    con: duckdb.DuckDBPyConnection, known: Mapping[str, Sequence[int]] | None = None
) -> dict[str, tuple[int, ...]]:
    """Rows and sum of their hashes of each declared table of `core` and `evidence`; those of `known` are not read."""
    contents = {}
    for table, columns in _hashed_tables():
        if known and table.name in known:
            contents[table.name] = tuple(known[table.name])
            continue
        hashed = ", ".join(hash_expression(table, column) for column in columns)
        contents[table.name] = con.execute(_SUM.format(columns=hashed, table=table.name)).fetchall()[0]
    return contents


def hash_of_contents(contents: Mapping[str, tuple[int, ...]]) -> str:
    """The content hash of a file whose tables have these contents."""
    digest = hashlib.sha256()
    for table, columns in _hashed_tables():
        names = ",".join(f"{column.name} {column.type}" for column in columns)
        digest.update(f"{table.name}|{names}|{contents[table.name]}\n".encode())
    return digest.hexdigest()


def _hashed_tables() -> list[tuple[Table, list[Column]]]:
    """The tables that are hashed, by name, each with its columns that are."""
    listed = [
        (table, [column for column in table.columns if column.name not in NOT_CONTENT])
        for table in sorted(schema_tables(*DATA_SCHEMAS), key=lambda one: one.name)
        if table.kind == "table"
    ]
    return [(table, columns) for table, columns in listed if columns]


def hash_expression(table: Table, column: Column) -> str:
    """A column as it is hashed.

    What is computed from many values is taken as a FLOAT: the last digits of a sum
    depend on the order in which threads add. What is published is taken exactly.
    """
    name = identifier(column.name)
    return f"cast({name} as float)" if table.schema == "evidence" and column.type == "DOUBLE" else name
