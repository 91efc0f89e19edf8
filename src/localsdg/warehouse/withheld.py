"""Values that cannot be true: kept in core as published, left out of the evidence.

`core.observation_flag` says which and why. A metric shows such an observation as
a row without a value, with the reason as its caveat; no sum, count, extreme or
progress reads it. Each is reported as set aside, many of one kind as a number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localsdg.common.database import insert_rows, scalar, text
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
#: The unit of a metric whose rows have each the unit of their site, as a dimension.
UNIT_IN_BREAKDOWN = "as stated in the breakdown"
_LATEST = "core.latest_breakdown"
_WITHHELD = "withheld_breakdown"
_OBSERVATION = "core.latest_observation"


def make_list(con: duckdb.DuckDBPyConnection) -> None:
    """Make the empty `withheld_value`: what `guard` withholds."""
    con.execute(
        "create temp table withheld_value (metric_id varchar, source varchar, name varchar, "
        "release varchar, value double)"
    )


def hide(con: duckdb.DuckDBPyConnection) -> None:
    """Make `unflagged_observation` and `withheld_observation`: the halves of `core.latest_observation`.

    The withheld half carries no flag, so that a model that leaves out flagged rows reads it as the others.
    """
    con.execute(f"create temp view unflagged_observation as select * from {_OBSERVATION} where quality_flag is null")
    # a table, because each metric looks into it, and few observations of hundreds of thousands are in it
    con.execute(
        "create temp table withheld_observation as select * replace (cast(null as varchar) as quality_flag) "
        f"from {_OBSERVATION} where quality_flag is not null"
    )


def without_flagged(select: str) -> str:
    """A metric's SELECT on the observations without a flag: no metric has to remember to leave them out."""
    return select.replace(_OBSERVATION, "unflagged_observation")


def prepare(con: duckdb.DuckDBPyConnection, latest_breakdown: Model) -> None:
    """Make `withheld_breakdown`: the flagged observations as `core.latest_breakdown` would show them.

    The same model reads the flagged observations alone, so that they carry the
    labels by which metrics know them.
    """
    select = latest_breakdown.select.replace(_OBSERVATION, "withheld_observation")
    con.execute(f"create temp table {_WITHHELD} as {select}")


def flagged_rows(con: duckdb.DuckDBPyConnection, select: str, metric: Metric) -> str:
    """A SELECT of a metric's rows of flagged observations: no value, and the reason as caveat; '' where it has none.

    The metric's own model reads the flagged observations instead of the others;
    what it computes from them (sums, shares) is not kept.
    """
    count = "select count(*) from withheld_observation where list_contains(?, series_code)"
    if not reads_observations(select) or not scalar(con, count, [list(metric.series_codes)]):
        return ""
    withheld = select.replace(_LATEST, _WITHHELD).replace(_OBSERVATION, "withheld_observation")
    rows = completed(con, withheld, metric)
    codes = ", ".join(text(code) for code in metric.series_codes)
    # a metric's row has a breakdown of its own: of several values of the year its own is known by the number
    reasons = (
        f"select area_code, year, release{{value}}, min({text(PREFIX)} || value_raw || ', ' || detail) "
        "|| if(count(*) > 1, ', and ' || (count(*) - 1) || ' more of the year', '') as reason "
        f"from core.observation_flag where series_code in ({codes}) group by area_code, year, release{{value}}"
    )
    return f"""
        select
            m.* replace (
                cast(null as double) as value, cast(null as varchar) as censoring,
                cast(null as double) as lower_bound, cast(null as double) as upper_bound,
                coalesce(own.reason, f.reason) || '. ' || {text(metric.caveat)} as caveat
            )
        from ({rows}) as m
        join ({reasons.format(value="")}) as f
            on f.area_code = m.area_code and f.year = m.year and f.release = m.release
        left join ({reasons.format(value=", value")}) as own
            on own.area_code = m.area_code and own.year = m.year and own.release = m.release and own.value = m.value
        where m.basis = 'published'
        order by m.area_code, m.year, m.breakdown, m.release, m.value, caveat"""


def reads_observations(select: str) -> bool:
    """Whether a metric's SELECT reads official observations, so that it has rows of the flagged ones, too."""
    return _LATEST in select or _OBSERVATION in select


def read_for(select: str) -> set[str]:
    """The tables that a metric's rows of flagged observations depend on, beside those that its SELECT names."""
    if not reads_observations(select):
        return set()
    return {"core.observation_flag", _OBSERVATION} | ({_LATEST, _WITHHELD} if _LATEST in select else set())


def of_metric(con: duckdb.DuckDBPyConnection, metric_id: str) -> list[dict]:
    """What `guard` withheld of a metric, for `add_again`."""
    rows = con.execute("select * from withheld_value where metric_id = ? order by all", [metric_id])
    names = [column[0] for column in rows.description]
    return [dict(zip(names, row, strict=True)) for row in rows.fetchall()]


def add_again(con: duckdb.DuckDBPyConnection, rows: list[dict]) -> None:
    """Note what was withheld of a metric whose rows are taken over from another file."""
    insert_rows(con, "withheld_value", rows)


def guard(con: duckdb.DuckDBPyConnection, metric: Metric) -> None:
    """Withhold shares outside 0 to 100 that no flag names: a city's own, or one computed from counts that disagree.

    One value of them must not stop the publication: it is left out and reported.
    """
    if metric.unit not in ("PERCENT", UNIT_IN_BREAKDOWN):
        return
    outside = f"metric_id = {text(metric.metric_id)} and value not between 0 and 100"
    if metric.unit == UNIT_IN_BREAKDOWN:
        outside += " and dimensions['unit'] = 'PERCENT'"
    con.execute(
        "insert into withheld_value select metric_id, if(local_government_id is null, 'unsd', 'opensdg'), "
        "concat_ws(' ', metric_id, coalesce(local_government_id, area_code), year, nullif(breakdown, '')), "
        f"release, value from wh.evidence.metric_value where {outside}"
    )
    con.execute(
        f"update wh.evidence.metric_value set value = null, censoring = null, lower_bound = null, "
        f"upper_bound = null, is_headline_year = null, strength = null, "
        f"caveat = {text(PREFIX)} || format('{{:g}}', value) || "
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
                o.dataset_id as source, q.rule_id, q.reason, o.release, o.site_id as of_what,
                concat_ws(' ', o.site_id, o.local_indicator_id, o.year, 'row', o.row_number) as name,
                o.value_raw || ', ' || c.reason || ' (correction ' || c.correction_id || ')' as detail
            from core.local_observation as o
            join audit.correction as c on c.correction_id = o.correction_id
            join registry_flags as q on q.quality_flag = o.quality_flag
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
