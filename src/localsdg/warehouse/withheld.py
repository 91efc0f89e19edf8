"""Values that cannot be true: kept in core as published, left out of the evidence.

`core.observation_flag` says which and why. A metric shows such an observation as
a row without a value, with the reason as its caveat; no sum, count, extreme or
progress reads it. Each is reported as set aside, many of one kind as a number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localsdg.common.database import scalar, text
from localsdg.staging.ledger import SetAside
from localsdg.warehouse.metric_rows import completed

if TYPE_CHECKING:
    import duckdb

    from localsdg.registry.evidence import Metric
    from localsdg.warehouse.models import Model

#: Rule under which a value outside what it can be is withheld.
OUT_OF_BOUNDS = "WH-009"
#: Values that are named one by one, of each rule, source, release and series.
NAMED = 5
#: How the caveat of a row without a value begins.
PREFIX = "withheld: "
_LATEST = "core.latest_breakdown"
_WITHHELD = "withheld_breakdown"


def prepare(con: duckdb.DuckDBPyConnection, latest_breakdown: Model) -> None:
    """Make `withheld_breakdown`: the flagged observations as `core.latest_breakdown` would show them.

    The same model reads the flagged observations alone, so that they carry the
    labels by which metrics know them.
    """
    con.execute(
        "create temp view withheld_observation as select * replace (cast(null as varchar) as quality_flag) "
        "from core.latest_observation where quality_flag is not null"
    )
    select = latest_breakdown.select.replace("core.latest_observation", "withheld_observation")
    con.execute(f"create temp table {_WITHHELD} as {select}")
    con.execute(
        "create temp table withheld_value (metric_id varchar, source varchar, name varchar, "
        "release varchar, value double)"
    )


def add_rows(con: duckdb.DuckDBPyConnection, select: str, metric: Metric) -> None:
    """Add a metric's rows of flagged observations: no value, and the reason as caveat.

    The metric's own model reads the flagged observations instead of the others;
    what it computes from them (sums, shares) is not kept.
    """
    count = f"select count(*) from {_WITHHELD} where list_contains(?, series_code)"
    if _LATEST not in select or not scalar(con, count, [list(metric.series_codes)]):
        return
    rows = completed(con, select.replace(_LATEST, _WITHHELD), metric)
    con.execute(
        f"""insert into wh.evidence.metric_value by name
        select
            ? as metric_id, m.* replace (
                cast(null as double) as value, cast(null as varchar) as censoring,
                cast(null as double) as lower_bound, cast(null as double) as upper_bound,
                f.reason || '. ' || {text(metric.caveat)} as caveat
            )
        from ({rows}) as m
        join (
            select area_code, year, release, min({text(PREFIX)} || value_raw || ', ' || detail) as reason
            from core.observation_flag
            where list_contains(?, series_code)
            group by area_code, year, release
        ) as f on f.area_code = m.area_code and f.year = m.year and f.release = m.release
        where m.basis = 'published'""",
        [metric.metric_id, list(metric.series_codes)],
    )


def guard(con: duckdb.DuckDBPyConnection, metric: Metric) -> None:
    """Withhold shares outside 0 to 100 that no flag names: a city's own, or one computed from counts that disagree.

    One value of them must not stop the publication: it is left out and reported.
    """
    if metric.unit != "PERCENT":
        return
    outside = f"metric_id = {text(metric.metric_id)} and value not between 0 and 100"
    con.execute(
        "insert into withheld_value select metric_id, if(local_government_id is null, 'unsd', 'opensdg'), "
        "concat_ws(' ', metric_id, coalesce(local_government_id, area_code), year, nullif(breakdown, '')), "
        f"release, value from wh.evidence.metric_value where {outside}"
    )
    con.execute(
        f"update wh.evidence.metric_value set value = null, censoring = null, lower_bound = null, "
        f"upper_bound = null, caveat = {text(PREFIX)} || format('{{:g}}', value) || "
        f"', expected 0 to 100. ' || coalesce(caveat, '') where {outside}"
    )


def items(con: duckdb.DuckDBPyConnection) -> list[SetAside]:
    """What was withheld of the releases that are shown, at most `NAMED` of each kind by name."""
    found = con.execute(
        f"""
        with found as (
            select
                f.dataset_id as source, f.rule_id, q.reason, f.release, f.series_code as of_what,
                concat_ws(' ', f.series_code, f.area_code, f.year, nullif(f.breakdown, '')) as name,
                f.value_raw || ', ' || f.detail as detail
            from core.observation_flag as f
            join core.series_release as r using (dataset_id, series_code, release)
            join registry_flags as q on q.rule_id = f.rule_id
            where r.is_latest
            union all
            select
                v.source, q.rule_id, q.reason, v.release, v.metric_id as of_what, v.name,
                format('{{:g}}', v.value) || ', expected 0 to 100' as detail
            from withheld_value as v
            join registry_flags as q on q.rule_id = '{OUT_OF_BOUNDS}'
        ),
        numbered as (
            select
                *,
                row_number() over (partition by source, rule_id, release, of_what order by name) as place,
                count(*) over (partition by source, rule_id, release, of_what) as n
            from found
        )
        select source, of_what, name, rule_id, reason, release, detail, place, n
        from numbered where place <= {NAMED}
        order by all
        """
    ).fetchall()
    named = [
        SetAside(source, "value", name, rule_id, reason, release, detail)
        for source, _, name, rule_id, reason, release, detail, _, _ in found
    ]
    rest = [
        SetAside(
            source,
            "value",
            f"{of_what}, {n - NAMED:,} more",
            rule_id,
            reason,
            release,
            "all of them: core.observation_flag",
        )
        for source, of_what, _, rule_id, reason, release, _, place, n in found
        if place == NAMED < n
    ]
    return named + rest
