"""Which data sets the result of a query rests on: the sources, releases, sites and registers of the rows it reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from localsdg.common.clean_text import clean_text
from localsdg.common.database import identifier
from localsdg.common.errors import UsageError
from localsdg.registry.provenance import DATASET, Provenance, provenance, source_of_text
from localsdg.warehouse.citation import Citation, dataset_citations, warehouse_citation
from localsdg.warehouse.query import query_table
from localsdg.warehouse.query_tables import Reading, readings
from localsdg.warehouse.result_hash import rows_sha256

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

#: Schemas with rows of sources; all other tables describe the file.
_DATA = ("core", "evidence", "audit")
#: Rows of a result that are compared whatever their order.
_MOST_HASHED = 20_000
_Row = dict[str, str | None]


@dataclass(frozen=True)
class Sources:
    """What a result rests on.

    `tables` are the tables that the query reads. `datasets` are the citations of the data sets that the
    rows read from them name. `publications` are named by these rows and are no data set of the warehouse.
    `whole` are tables of which the rows that reach the result could not be told: all of their data sets are
    among `datasets`.
    """

    tables: tuple[str, ...]
    datasets: tuple[Citation, ...]
    publications: tuple[str, ...]
    whole: tuple[str, ...]


def query_sources(con: duckdb.DuckDBPyConnection, sql: str, is_same: Callable[[str], bool]) -> Sources:
    """The data sets behind a query on an open warehouse; `is_same` as in `readings`."""
    known = _Known(con)
    found = [reading for reading in readings(con, sql, is_same) if not reading.table.startswith("system.")]
    whole: set[str] = set()
    for reading in found:
        if reading.table.partition(".")[0] in _DATA and not known.add(reading):
            whole.add(reading.table)
    return Sources(
        tuple(sorted({reading.table for reading in found})),
        tuple(one for one in known.citations if one.key in known.cited),
        tuple(sorted(known.publications)),
        tuple(sorted(whole)),
    )


def cite_sources(
    con: duckdb.DuckDBPyConnection,
    sql: str,
    result: pa.Table,
    *,
    seconds: float | None = None,
    most_rows: int | None = None,
) -> list[Citation]:
    """The warehouse and the data sets behind a query that gave a result, under the limits of `query_table`.

    Of a large result whose rows come in another order each time more data sets may be named, and none less.
    """

    def is_same(other: str) -> bool:
        try:
            table = query_table(con, other, seconds=seconds, most_rows=most_rows)
        except UsageError:
            return False
        if table.num_rows != result.num_rows:
            return False
        if result.num_rows > _MOST_HASHED:
            return table.rename_columns(result.column_names).equals(result)
        return rows_sha256(table) == rows_sha256(result)

    return [warehouse_citation(con), *query_sources(con, sql, is_same).datasets]


class _Known:
    """The data sets of a file, and those that rows have named so far."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con
        self.citations = dataset_citations(con)
        self.cited: set[str] = set()
        self.publications: set[str] = set()
        self.columns: dict[str, set[str]] = {}
        for table, column in con.execute(
            "select schema_name || '.' || table_name, column_name from duckdb_columns() "
            "where not internal and database_name = current_database()"
        ).fetchall():
            self.columns.setdefault(table, set()).add(column)

    def add(self, reading: Reading) -> bool:
        """Note what the rows of a reading name; False where all rows of the table had to be taken."""
        rule = provenance(reading.table, self.columns.get(reading.table, set()))
        if rule is None:
            return True
        if rule.is_empty:
            self.cited |= {one.key for one in self.citations}
            return False
        self._cite(one for one in self.citations if one.source in rule.sources)
        if not rule.columns:
            return True
        rows, is_limited = self._rows(reading, rule)
        self._note(rows, rule)
        return is_limited

    def _rows(self, reading: Reading, rule: Provenance) -> tuple[list[_Row], bool]:
        import duckdb

        if limited := reading.select(rule.columns):
            try:
                return self._fetch(limited, rule), True
            except duckdb.Error:
                pass  # a condition on the row of a query further out, which is not here
        return self._fetch(reading.select_all(rule.columns), rule), False

    def _fetch(self, sql: str, rule: Provenance) -> list[_Row]:
        return [dict(zip(rule.columns, row, strict=True)) for row in self.con.execute(sql).fetchall()]

    def _note(self, rows: list[_Row], rule: Provenance) -> None:
        for row in rows:
            dataset = row[DATASET] if rule.has_dataset else None
            for name in rule.releases:
                self._release(dataset, row[name])
            self.publications |= {clean_text(text) for name in rule.publications if (text := row[name])}
        for name, tables in rule.keys.items():
            values = sorted({text for row in rows if (text := row[name])})
            for table in tables:
                # of several tables the first that has the key
                values = self._note_key(table, name, values)

    def _note_key(self, table: str, key: str, values: list[str]) -> list[str]:
        """Note what the rows of another table with these keys name; returns the keys that it has not."""
        self._cite(one for one in self.citations if key == DATASET and one.source in values)
        rule = provenance(table, self.columns.get(table, set()))
        if rule is None or not values or table not in self.columns:
            return values
        names = tuple(dict.fromkeys((*rule.columns, key)))
        listed = ", ".join(map(identifier, names))
        sql = f"select distinct {listed} from {table} where list_contains(?, {identifier(key)})"
        rows = [dict(zip(names, row, strict=True)) for row in self.con.execute(sql, [values]).fetchall()]
        self._note(rows, rule)
        return sorted(set(values) - {row[key] for row in rows})

    def _release(self, dataset: str | None, text: str | None) -> None:
        """Cite the release, or releases, that a cell holds; what is none of the file's is a publication."""
        for part in (text or "").split("; "):
            if not part:
                continue
            if matches := self._of_release(dataset, part):
                self._cite(matches)
            elif source := source_of_text(part):
                self._cite(one for one in self.citations if one.source == source)
            else:
                self.publications.add(clean_text(part))

    def _of_release(self, dataset: str | None, release: str) -> list[Citation]:
        matches = [one for one in self.citations if one.version == release]
        own = [one for one in matches if dataset in one.names]
        return own or matches

    def _cite(self, citations: Iterable[Citation]) -> None:
        self.cited |= {one.key for one in citations}
