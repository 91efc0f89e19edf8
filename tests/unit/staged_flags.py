"""Staged observations in memory, and what the models of flags find among them."""

from __future__ import annotations

import duckdb
from evidence_helpers import empty_warehouse, insert, model_sql, run_model

from localsdg.registry.tables import create_table_sql, tables

STAGING = ("staging.observation", "staging.breakdown", "staging.observation_key", "staging.correction")


def staged(*rows: tuple) -> duckdb.DuckDBPyConnection:
    """A warehouse with (series, unit, value, changes) of one area, year and release.

    Changes may be `is_repeat`, for a row that repeats another, and `parts`, the
    dimensions of the row: sex, age, location or another.
    """
    con = empty_warehouse()
    con.execute("create schema if not exists staging")
    for name in STAGING:
        con.execute(create_table_sql(tables()[name]))
    for number, (series, unit, value, *more) in enumerate(rows):
        row = {
            "series_code": series,
            "published_series_code": series,
            "unit": unit,
            "value": value,
            "value_raw": str(value),
            "release": "2023",
            "area_code": "048",
            "year": 2021,
            "published_breakdown": "",
            **(more[0] if more else {}),
        }
        is_repeat = row.pop("is_repeat", False)
        parts = row.pop("parts", None)
        if parts is not None:
            row["published_breakdown"] = "; ".join(f"{name}={code}" for name, code in sorted(parts.items()))
            _combination(con, row, parts)
        insert(con, "staging.observation", [row])
        if not is_repeat:
            key = {"observation_key": number, "staged_row": number, "n_rows": 1, "is_consistent": True}
            insert(con, "staging.observation_key", [key])
    con.execute(
        "insert into staging.breakdown by name select distinct dataset_id, release, published_series_code, "
        "series_code, published_breakdown, published_breakdown as breakdown, map {} as dimensions "
        "from staging.observation anti join staging.breakdown "
        "using (dataset_id, release, published_series_code, published_breakdown)"
    )
    return con


def _combination(con: duckdb.DuckDBPyConnection, row: dict, parts: dict[str, str]) -> None:
    own = {name: parts[name] for name in ("sex", "age", "location") if name in parts}
    facts = {
        "release": row["release"],
        "series_code": row["series_code"],
        "published_series_code": row["published_series_code"],
        "published_breakdown": row["published_breakdown"],
        "breakdown": row["published_breakdown"],
        "dimensions": {name: code for name, code in parts.items() if name not in own},
        **own,
    }
    known = con.execute(
        "select count(*) from staging.breakdown where release = ? and series_code = ? and published_breakdown = ?",
        [facts["release"], facts["series_code"], facts["published_breakdown"]],
    ).fetchall()
    if known == [(0,)]:
        insert(con, "staging.breakdown", [facts])


def flags(*rows: tuple, columns: str = "series_code, area_code, quality_flag", before=None) -> list[tuple]:
    """What `core.observation_flag` finds among the rows; `before` gets the connection first."""
    con = staged(*rows)
    if before:
        before(con)
    con.execute(f"create table core.total_conflict as {model_sql('total_conflict', 'core')}")
    return run_model(con, "observation_flag", columns, "core")
