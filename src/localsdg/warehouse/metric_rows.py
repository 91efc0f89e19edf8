"""A metric's rows as their table wants them, and what a metric without rows says.

A model of `sql/evidence/` selects what it knows. What every metric's rows have
in common is added here, once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localsdg.common.database import scalar, text
from localsdg.common.errors import LocalsdgError
from localsdg.registry.tables import tables
from localsdg.warehouse.column_types import check_types

if TYPE_CHECKING:
    import duckdb

    from localsdg.registry.evidence import Metric

#: What a model must select; the rest of the table's columns it may leave out.
NEEDED = frozenset({"area_code", "year", "value", "release"})
#: What no model selects, because the build fills it in for every row of the evidence.
STAMPED = "as_of"
#: What no model of a metric selects, because it follows from the other columns.
DERIVED = frozenset({"metric_id", "breakdown", "coverage_pct", "is_headline_year", "strength", STAMPED})
_EMPTY = "cast(map {} as map(varchar, varchar))"


def completed(con: duckdb.DuckDBPyConnection, select: str, metric: Metric) -> str:
    """A SELECT of the model's rows with every column of `evidence.metric_value` but the id.

    Columns get the declared types. A row without dimensions is the total, and a
    dimension without a value is none of the row's; `breakdown` is their label. A row
    without basis is 'published', without caveat it has the metric's; other columns
    that the model leaves out are null. `coverage_pct` is filled by `with_coverage`.
    Raises `LocalsdgError` when the model selects a column that the table lacks or one
    of `DERIVED`, leaves out one of `NEEDED` or gives a type that does not fit.
    """
    columns = [column for column in tables()["evidence.metric_value"].columns if column.name not in DERIVED]
    known = {one.name for one in columns}
    where = "sql/evidence/" + (f"templates/{metric.template}" if metric.template else metric.metric_id) + ".sql"
    given = set(check_types(con, select, columns, where))
    if not NEEDED <= given <= known:
        raise LocalsdgError(
            f"the model of {metric.metric_id} gives other columns than a metric has",
            expected=f"{', '.join(sorted(NEEDED))}; also {', '.join(sorted(known - NEEDED))}",
            got=", ".join(sorted(given)),
            next_step=f"fix {where}, then localsdg build",
        )
    missing = {"basis": "'published'", "caveat": text(metric.caveat), "dimensions": _EMPTY}
    empty = ", ".join(f"cast(null as {one.type}) as {one.name}" for one in columns)
    full = {one.name: f"cast({one.name} as {one.type})" for one in columns}
    given_dimensions = full["dimensions"]
    full["dimensions"] = (
        f"if(list_count(map_values({given_dimensions})) = cardinality({given_dimensions}), {given_dimensions}, "
        f"map_from_entries(list_filter(map_entries({given_dimensions}), lambda one: one.value is not null)))"
    )
    full |= {name: f"coalesce({full[name]}, {default})" for name, default in missing.items()}
    given_columns = ", ".join(f"{expression} as {name}" for name, expression in full.items())
    return (
        "select *, breakdown_label(dimensions) as breakdown, cast(null as double) as coverage_pct "
        f"from (select {given_columns} from "
        f"(select {empty} where false union all by name ({select})))"
    )


def with_coverage(rows: str, coverage: str) -> str:
    """The completed rows, with what each rests on filled in by `sql/evidence/coverage.sql`."""
    return f"with metric_rows as ({rows}) select * from ({coverage})"


def metric_facts(con: duckdb.DuckDBPyConnection, metric: Metric) -> dict:
    """A row of `evidence.metric`: `no data`, with the reason, where no row has a value."""
    has_data = scalar(
        con,
        "select count(*) > 0 from evidence.metric_value where metric_id = ? and value is not null",
        [metric.metric_id],
    )
    return {
        "metric_id": metric.metric_id,
        "claim_id": metric.claim_id,
        "title": metric.title,
        "unit": metric.unit,
        "definition": metric.definition,
        "series_codes": list(metric.series_codes),
        "is_over_reporters": metric.over_reporters,
        "n_incomplete_years": metric.incomplete_years,
        "status": "ok" if has_data else "no data",
        "reason": None if has_data else _reason(con, metric),
    }


def _reason(con: duckdb.DuckDBPyConnection, metric: Metric) -> str:
    """Why a metric has no value, by what the latest release of each of its series holds."""
    if not metric.series_codes:
        needs = f"; it needs {metric.needs}" if metric.needs else ""
        return f"no value of local governments in the data available{needs}"
    held = {
        code: rest
        for code, *rest in con.execute(
            "select series_code, any_value(release), count(*), count(value), "
            "min(year) filter (value is not null), max(year) filter (value is not null) "
            "from core.latest_observation where list_contains(?, series_code) group by 1",
            [list(metric.series_codes)],
        ).fetchall()
    }
    absent = [code for code in metric.series_codes if code not in held]
    empty = [code for code, (_, _, values, *_) in held.items() if not values]
    usable = [code for code in metric.series_codes if code in held and code not in empty]
    reasons = [f"no observation of {', '.join(absent)} in the data available"] if absent else []
    reasons += [
        f"none of the {held[code][1]} observations of {code} in {held[code][0]} has a value" for code in sorted(empty)
    ]
    if usable:
        years = ", ".join(f"{code} {held[code][3]} to {held[code][4]}" for code in usable)
        needs = f"; it needs {metric.needs}" if metric.needs else ""
        reasons.append(f"no value that the metric can use, of those available ({years}){needs}")
    return "; ".join(reasons)
