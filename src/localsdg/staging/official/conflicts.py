"""Observations that contradict each other: the smallest thing is set aside, the rest goes on.

A key with two values or units goes whole, because nobody can say which of them
is right. Of a series with two units in a release the few rows of another unit
go, and the series where no unit has nearly all rows. Of two totals of one
area and year that agree the fuller one stays; two that differ go both. The rows are
rejects, the ledger is corrected, and `audit.quarantine` names what went.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from localsdg.common.database import scalar
from localsdg.registry.rules import rule_reason
from localsdg.staging.ledger import SetAside

if TYPE_CHECKING:
    import duckdb

#: Keys that are named for each release and rule; the rest are counted.
NAMED = 20
#: Share of a series' rows that must have one unit, so that the others alone are set aside.
MAIN_UNIT = 0.9

KEY, TOTALS, UNITS = "UNSD-K01", "UNSD-K02", "UNSD-K03"
_JOIN = (
    "staging.observation as o join staging.breakdown as b "
    "using (dataset_id, release, published_series_code, published_breakdown)"
)
_HASH = "hash(o.dataset_id, o.release, o.series_code, o.area_code, o.year, o.reporting_type, b.breakdown)"
_NAME = (
    "concat_ws(' ', o.series_code, o.area_code, o.year, nullif(b.breakdown, ''), "
    "if(o.reporting_type <> 'G', 'reporting_type=' || o.reporting_type, null))"
)

#: Each select gives the rows that go: staged row and the name of the thing that is set aside.
_CONTRADICTING = f"""
select o.rowid as staged_row, 'key' as kind, {_NAME} as name
from {_JOIN}
where {_HASH} in (select observation_key from staging.observation_key where not is_consistent)
"""

_TWO_UNITS = f"""
with units as (
    select dataset_id, release, series_code, unit, count(*) as n from staging.observation group by all
),
shares as (
    select *, n / sum(n) over series as share, count(*) over series as n_units
    from units window series as (partition by dataset_id, release, series_code)
),
bad as (
    select dataset_id, release, series_code, unit, max(share) over series >= {MAIN_UNIT} as has_main, share
    from shares where n_units > 1
    window series as (partition by dataset_id, release, series_code)
)
select
    o.rowid as staged_row, if(s.has_main, 'key', 'series') as kind,
    if(s.has_main, {_NAME}, o.series_code) as name
from {_JOIN}
join bad as s
    on s.dataset_id = o.dataset_id and s.release = o.release and s.series_code = o.series_code and s.unit = o.unit
where not s.has_main or s.share < {MAIN_UNIT}
"""

_TWO_TOTALS = f"""
with suspects as (
    select dataset_id, release, series_code from staging.breakdown where is_total
    group by dataset_id, release, series_code having count(distinct breakdown) > 1
    union
    select dataset_id, release, series_code from staging.observation
    where coalesce(reporting_type, 'G') = 'G'
    group by dataset_id, release, series_code
    having count(distinct coalesce(reporting_type, '')) > 1
),
totals as (
    select
        o.rowid as staged_row, {_NAME} as name, {_HASH} as observation_key, o.dataset_id, o.release,
        o.series_code, o.area_code, o.year,
        hash(coalesce(cast(o.value as varchar), o.value_raw), o.censoring) as content,
        (length(b.breakdown), o.reporting_type is not null, b.breakdown) as fullness
    from {_JOIN}
    semi join suspects as s
        on s.dataset_id = o.dataset_id and s.release = o.release and s.series_code = o.series_code
    where b.is_total and coalesce(o.reporting_type, 'G') = 'G'
),
judged as (
    select *, min(content) over line = max(content) over line as agree,
        min(observation_key) over line <> max(observation_key) over line as is_double,
        first_value(observation_key) over (
            partition by dataset_id, release, series_code, area_code, year order by fullness desc
        ) as kept
    from totals
    window line as (partition by dataset_id, release, series_code, area_code, year)
)
select staged_row, 'key' as kind, name from judged
where is_double and (not agree or observation_key <> kept)
"""


#: A row that states no unit has the unit that another row of the same observation states.
_UNSTATED = f"""
with mixed as (
    select dataset_id, release, series_code from staging.observation
    group by dataset_id, release, series_code having min(unit) <> max(unit) and bool_or(unit = 'NOT STATED')
),
keyed as (
    select o.rowid as staged_row, {_HASH} as observation_key, o.unit
    from {_JOIN}
    semi join mixed as m
        on m.dataset_id = o.dataset_id and m.release = o.release and m.series_code = o.series_code
),
stated as (
    select observation_key, min(unit) as unit from keyed where unit <> 'NOT STATED' group by observation_key
)
select k.staged_row, s.unit from keyed as k join stated as s using (observation_key)
where k.unit = 'NOT STATED'
"""


def resolve(con: duckdb.DuckDBPyConnection, run_id: str, decode: Callable[[], None]) -> list[SetAside]:
    """Set aside what contradicts itself; returns it, bounded, in a fixed order.

    `decode` makes `breakdown` and `observation_key` anew after rows have gone.
    """
    aside = []
    for rule, select in ((KEY, _CONTRADICTING), (UNITS, _TWO_UNITS), (TOTALS, _TWO_TOTALS)):
        con.execute(f"create or replace temp table conflict as {select}")
        if scalar(con, "select count(*) from conflict"):
            aside += _named(con, rule)
            _reject(con, run_id, rule)
            decode()
        if rule == KEY:
            con.execute(
                f"update staging.observation as o set unit = s.unit from ({_UNSTATED}) as s "
                "where o.rowid = s.staged_row"
            )
    con.execute("drop table conflict")
    return aside


def _reject(con, run_id: str, rule: str) -> None:
    """Move the rows to the rejects, and correct the ledger of their files."""
    con.execute(
        "insert into audit.reject by name select ? as run_id, o.dataset_id as source, o.release, f.file_name, "
        "? as rule_id, c.name as row_key, concat_ws(' ', o.value_raw, o.unit) as detail "
        "from staging.observation as o join conflict as c on c.staged_row = o.rowid "
        "join staging.source_file as f using (dataset_id, release, snapshot_sha256)",
        [run_id, rule],
    )
    con.execute(
        "update audit.source_load as l set rows_out = l.rows_out - g.n, "
        "rows_rejected = l.rows_rejected + g.n from (select o.dataset_id, o.release, o.snapshot_sha256, count(*) as n "
        "from staging.observation as o join conflict as c on c.staged_row = o.rowid group by all) as g "
        "where l.source = g.dataset_id and l.release = g.release and l.snapshot_sha256 = g.snapshot_sha256"
    )
    con.execute(
        "create or replace table staging.observation as select * from staging.observation "
        "where rowid not in (select staged_row from conflict)"
    )


def _named(con, rule: str) -> list[SetAside]:
    """A `SetAside` for each thing, with values and files; beyond `NAMED` a count for each release."""
    rows = con.execute(
        "select o.dataset_id, o.release, c.kind, c.name, string_agg(distinct "
        "concat_ws(' ', o.value_raw, o.unit) || ' in ' || f.file_name, ', ' order by "
        "concat_ws(' ', o.value_raw, o.unit) || ' in ' || f.file_name) as detail, count(*) as n_rows, "
        "row_number() over (partition by o.dataset_id, o.release order by c.name) as position, "
        "count(*) over (partition by o.dataset_id, o.release) as n_things "
        "from staging.observation as o join conflict as c on c.staged_row = o.rowid "
        "join staging.source_file as f using (dataset_id, release, snapshot_sha256) "
        "group by o.dataset_id, o.release, c.kind, c.name "
        f"qualify position <= {NAMED} order by o.dataset_id, o.release, position"
    ).fetchall()
    aside: list[SetAside] = []
    counted: dict[tuple[str, str], int] = {}
    for dataset_id, release, kind, name, detail, n_rows, _, n_things in rows:
        shown = f"{n_rows:,} rows" if kind == "series" else _short(detail)
        aside.append(SetAside(dataset_id, kind, name, rule, rule_reason(rule), release, detail=shown))
        counted[dataset_id, release] = n_things - NAMED
    aside += [
        SetAside(
            dataset_id,
            "key",
            f"{more:,} more",
            rule,
            rule_reason(rule),
            release,
            detail=f"all of them are in audit.reject under {rule}",
        )
        for (dataset_id, release), more in counted.items()
        if more > 0
    ]
    return aside


def _short(detail: str) -> str:
    return detail if len(detail) <= 300 else detail[:297] + "..."
