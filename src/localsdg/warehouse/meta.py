"""`meta.*`: the file's own version, its sources, terms and data dictionary."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from localsdg.common.database import insert_rows, scalar
from localsdg.registry.releases import Publication, publication
from localsdg.registry.sources import key_sources, sources
from localsdg.registry.tables import create_table_sql, schema_tables, tables
from localsdg.warehouse.citation import as_line, dataset_citations

#: Sources of official series, lists and population; all others are of local records.
OFFICIAL = ("unsd", "m49", "population")

if TYPE_CHECKING:
    import duckdb

    from localsdg.registry.sources import Source
    from localsdg.warehouse.build_facts import BuildFacts
    from localsdg.warehouse.views import View


def create(con: duckdb.DuckDBPyConnection) -> None:
    """Make the empty meta tables."""
    for table in schema_tables("meta"):
        con.execute(create_table_sql(table))


def fill(con: duckdb.DuckDBPyConnection, facts: BuildFacts, views: list[View], content_hash: str) -> dict[str, int]:
    """Fill the meta tables; returns rows by table of the whole file.

    `views` are those beyond the registry's tables; `content_hash` is that of all data in the file.
    """
    _release(con, facts, content_hash)
    _datasets(con, facts)
    _citations(con)
    counts = _counts(con)
    _table_info(con, counts, views)
    _column_info(con, views)
    return counts


def _release(con: duckdb.DuckDBPyConnection, facts: BuildFacts, content_hash: str) -> None:
    import duckdb

    con.execute(
        "insert into meta.release by name select ? as version, "
        "cast(now() at time zone 'UTC' as timestamp) as built_at, ? as code_version, "
        "? as duckdb_version, ? as run_id, ? as sources, ? as content_hash",
        [
            facts.version,
            facts.code_version,
            duckdb.__version__,
            facts.run_id,
            json.dumps(list(facts.datasets), ensure_ascii=False, sort_keys=True),
            content_hash,
        ],
    )


def _citations(con: duckdb.DuckDBPyConnection) -> None:
    """The line by which to cite each dataset, one a register of it, and all releases of each source together."""
    by_source: dict[str, list[str]] = {}
    by_dataset: dict[tuple[str, str, str | None], list[str]] = {}
    for citation in dataset_citations(con):
        line = as_line(citation)
        by_source.setdefault(citation.source, []).append(line)
        by_dataset.setdefault((citation.source, citation.version, citation.origin), []).append(line)
    for key, lines in by_dataset.items():
        con.execute(
            "update meta.dataset set citation = ? where source = ? and release = ? and origin is not distinct from ?",
            ["\n".join(lines), *key],
        )
    for source, lines in by_source.items():
        con.execute("update meta.licence set citation = ? where source = ?", ["\n".join(lines), source])


def dataset_day(dataset: dict[str, Any]) -> date | None:
    """The day from which a dataset counts as published, None where nothing dates it."""
    return _published(dataset).day


def local_days(datasets: Iterable[dict[str, Any]]) -> dict[str, date | None]:
    """The day of each snapshot of local records, by the name of its release."""
    return {one["release"]: dataset_day(one) for one in datasets if one["source"] not in OFFICIAL}


def _published(dataset: dict[str, Any]) -> Publication:
    fetched = str(dataset["fetched_at"] or "")[:10]
    return publication(dataset["release"], date.fromisoformat(fetched) if fetched else None)


def _datasets(con: duckdb.DuckDBPyConnection, facts: BuildFacts) -> None:
    for dataset in facts.datasets:
        published = _published(dataset)
        con.execute(
            "insert into meta.dataset by name select ? as dataset, ? as source, ? as release, "
            "? as published_on, ? as published_basis, ? as origin, ? as fetched_at, ? as bytes, "
            "? as licence, ? as attribution, "
            "(select sum(rows_in) from audit.source_load where source = ? and release = ?) as rows_in",
            [
                f"{dataset['source']} {dataset['release']}{' (bundled)' if dataset['bundled'] else ''}",
                dataset["source"],
                dataset["release"],
                published.day,
                published.basis,
                dataset["origin"],
                dataset["fetched_at"],
                sum(file["bytes"] for file in dataset["files"]),
                dataset["licence"],
                dataset["attribution"],
                dataset["source"],
                dataset["release"],
            ],
        )
    used = {one["source"] for one in facts.datasets}
    _licences(con, [*(source for source in sources().values() if source.source_id in used), *key_sources().values()])


def _licences(con: duckdb.DuckDBPyConnection, used: Iterable[Source]) -> None:
    for source in used:
        con.execute(
            "insert into meta.licence by name select ? as source, ? as name, ? as publisher, "
            "? as licence, ? as attribution, ? as homepage",
            [
                source.source_id,
                source.name,
                source.publisher,
                source.licence,
                source.attribution,
                source.homepage,
            ],
        )


def _counts(con: duckdb.DuckDBPyConnection, *, with_meta: bool = False) -> dict[str, int]:
    names = con.execute(
        "select schema_name || '.' || table_name from duckdb_tables() "
        "where database_name = current_database() and (? or schema_name <> 'meta') order by all",
        [with_meta],
    ).fetchall()
    return {name: scalar(con, f"select count(*) from {name}") for (name,) in names}


def count_rows(con: duckdb.DuckDBPyConnection) -> None:
    """Put the number of rows of every table into the dictionary, when all rows are in."""
    counted = _counts(con, with_meta=True)
    for name, rows in counted.items():
        con.execute("update meta.table_info set n_rows = ? where table_name = ?", [rows, name])


def _table_info(con: duckdb.DuckDBPyConnection, counts: dict[str, int], views: list[View]) -> None:
    names = [column.name for column in tables()["meta.table_info"].columns]
    rows = [
        [t.name, t.kind, t.description, t.grain, ", ".join(t.primary_key), t.usage_warning, counts.get(t.name)]
        for t in schema_tables("core", "evidence", "audit", "meta")
    ]
    rows += [[view.name, "view", view.description, "see the view", "", None, None] for view in views]
    insert_rows(con, "meta.table_info", [dict(zip(names, row, strict=True)) for row in rows])


def _column_info(con: duckdb.DuckDBPyConnection, views: list[View]) -> None:
    """Every column of the file, in the words of its comment."""
    by_view = {view.name: view for view in views}
    rows = []
    for table, name, position, data_type in con.execute(
        "select schema_name || '.' || table_name, column_name, column_index, data_type "
        "from duckdb_columns() where schema_name in ('main', 'core', 'evidence', 'audit', 'meta') "
        "and database_name = current_database() order by all"
    ).fetchall():
        declared = (
            by_view[table].column(name)
            if table in by_view
            else next(column for column in tables()[table].columns if column.name == name)
        )
        rows.append(
            {
                "table_name": table,
                "column_name": name,
                "position": position,
                "data_type": data_type,
                "unit": declared.unit,
                "description": declared.description,
                "allowed": json.dumps(declared.allowed) if declared.allowed else None,
            }
        )
    insert_rows(con, "meta.column_info", rows)
