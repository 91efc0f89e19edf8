"""How to cite the result of a query so that a reader gets it again, and whether a citation still holds.

A citation names the version and its content hash, the SQL and its SHA-256, the
number of rows and the SHA-256 of the result (`result_hash`), and the data sets of the
rows that the query reads (`query_sources`). The same query on the same version gives
the same citation.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localsdg.common.clean_text import clean_text
from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.common.sql_text import one_line
from localsdg.warehouse.citation import (
    QUERY,
    TEAM,
    Citation,
    software_citation,
    unique_keys,
    warehouse_citation,
)
from localsdg.warehouse.query import given_statements, open_published, query_table
from localsdg.warehouse.query_sources import Sources, query_sources
from localsdg.warehouse.repeatable import not_repeatable
from localsdg.warehouse.result_hash import result_sha256, rows_sha256
from localsdg.warehouse.versions import at_version, list_versions

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from localsdg.common.settings import Settings

#: Where CSL JSON has what a program reads of a citation.
_OWN = "localsdg"


@dataclass(frozen=True)
class Checked:
    """A citation that holds: the version that was asked, the one that was cited, and the rows."""

    version: str
    cited_version: str
    rows: int
    result_sha256: str


def cite_query(settings: Settings, sql: str) -> list[Citation]:
    """The citations of a query: the result, the warehouse, each data set behind it, and the software.

    Raises `UsageError` as `run_query`.
    """
    with closing(open_published(settings, threads=1)) as con:
        text = _normal(con, sql)
        table = query_table(con, text)
        digest = result_sha256(table)
        warehouse = warehouse_citation(con)
        rows = rows_sha256(table)
        sources = query_sources(con, text, lambda other: _gives(con, other, rows))
        changing = not_repeatable(con, text)
    result = _result_citation(warehouse, text, table, digest, sources, changing)
    return unique_keys([result, warehouse, *sources.datasets, software_citation()])


def check_citation(settings: Settings, file: Path) -> Checked:
    """Run the query of a citation (CSL JSON of `localsdg cite --sql`) again, on the version that it names.

    Where that version is not kept any more, a kept one with the same content hash is asked. Raises
    `UsageError` for a file that holds no such citation, and `LocalsdgError` where neither is kept or
    the result is another one.
    """
    cited = _read(file)
    version = _version_to_ask(settings, cited, file)
    with closing(open_published(at_version(settings, version), threads=1)) as con:
        warehouse = warehouse_citation(con)
        table = query_table(con, str(cited["sql"]))
        changing = not_repeatable(con, str(cited["sql"]))
    found = {
        "content_hash": warehouse.content_hash,
        "sql_sha256": _sha256(str(cited["sql"])),
        "rows": table.num_rows,
        "result_sha256": result_sha256(table),
    }
    if others := {name: value for name, value in found.items() if value != cited[name]}:
        raise LocalsdgError(
            f"the citation does not hold on version {version}"
            + (f": its result may be another one each time, by {', '.join(changing)}" if changing else ""),
            where=file,
            expected=", ".join(f"{name} {cited[name]}" for name in others),
            got=", ".join(f"{name} {value}" for name, value in others.items()),
            next_step="localsdg versions",
        )
    return Checked(version, str(cited["version"]), table.num_rows, str(found["result_sha256"]))


def _normal(con: duckdb.DuckDBPyConnection, sql: str) -> str:
    """The SQL on one line, without comments; as it is where it would then be another one."""
    import duckdb

    text = one_line(sql)
    try:
        return text if len(given_statements(con, text)) == 1 else sql
    except duckdb.Error:  # such as comments in comments
        return sql


def _gives(con: duckdb.DuckDBPyConnection, sql: str, rows: str) -> bool:
    try:
        return rows_sha256(query_table(con, sql)) == rows
    except UsageError:
        return False


def _result_citation(
    warehouse: Citation, sql: str, table: pa.Table, digest: str, sources: Sources, changing: list[str]
) -> Citation:
    of_sql = _sha256(sql)
    rows = f"{table.num_rows:,} row{'' if table.num_rows == 1 else 's'} of {', '.join(table.column_names)}"
    remarks = [
        f"Result: {rows}; SHA-256 {digest}",
        f"SQL (SHA-256 {of_sql}): {sql}",
        f"Tables: {', '.join(sources.tables) or 'none'}",
    ]
    if sources.whole:
        remarks.append(f"The data sets of all rows of these tables are cited: {', '.join(sources.whole)}")
    if sources.publications:
        remarks.append(f"The rows name these publications: {'; '.join(sources.publications)}")
    if changing:
        remarks.append(f"Not repeatable, the result may be another one each time: {', '.join(changing)}")
    facts = {
        "version": warehouse.version,
        "content_hash": warehouse.content_hash,
        "sql": sql,
        "sql_sha256": of_sql,
        "rows": table.num_rows,
        "columns": list(table.column_names),
        "result_sha256": digest,
        "tables": list(sources.tables),
        "tables_cited_whole": list(sources.whole),
        "datasets": [one.key for one in sources.datasets],
        "publications": list(sources.publications),
        "not_repeatable": changing,
    }
    return Citation(
        key=f"localsdg-{warehouse.version}-query-{_sha256(of_sql + digest)[:8]}",
        source=QUERY,
        kind="dataset",
        author=TEAM,
        title="Result of a query on the localsdg warehouse",
        version=warehouse.version,
        published_on=warehouse.published_on,
        content_hash=warehouse.content_hash,
        remark=clean_text(". ".join(remarks)),
        custom={_OWN: facts},
    )


def _read(file: Path) -> dict[str, Any]:
    """What `cite --sql` wrote for programs into a file of CSL JSON."""
    try:
        items = json.loads(file.read_text(encoding="utf-8"))
        cited = next(item["custom"][_OWN] for item in items if _OWN in item.get("custom", {}))
        named = ("version", "content_hash", "sql", "sql_sha256", "rows", "result_sha256")
        return {name: cited[name] for name in named}
    except OSError as error:
        raise UsageError("the citation cannot be read", where=file, got=error.strerror) from error
    except (ValueError, KeyError, TypeError, AttributeError, StopIteration) as error:
        raise UsageError(
            "the file holds no citation of a query",
            where=file,
            expected="CSL JSON",
            next_step="localsdg cite --sql 'select 1' --format csl-json --output citation.json, which writes one",
        ) from error


def _version_to_ask(settings: Settings, cited: dict[str, Any], file: Path) -> str:
    """The cited version where it is kept, else the newest one with the same data."""
    kept = list_versions(settings)
    same = [one.version for one in kept if one.version == cited["version"]]
    same += [one.version for one in kept if one.content_hash == cited["content_hash"]]
    if not same:
        raise LocalsdgError(
            "neither the cited version nor one with the same data is kept",
            where=file,
            expected=f"version {cited['version']}, content hash {cited['content_hash']}",
            got=", ".join(one.version for one in kept) or "no version",
            next_step="localsdg versions",
        )
    return same[0]


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
