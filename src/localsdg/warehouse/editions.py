"""The evidence as known on a day: the models of the build, on what was published on or before it.

Of each UN series the edition of a day has the newest whole release published
on or before it; of local sites, reviews and actions the snapshots dated on or
before it. A release that nothing dates is in no edition but the newest. Lists
of countries, groups and indicators are the newest in every edition.

What an edition has in common with the newest one is taken from there: only
models that read something else run again, and series by series where a table
allows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.database import insert_rows, model, scalar, text
from localsdg.registry.evidence import Metric, metrics
from localsdg.registry.releases import release_day
from localsdg.registry.tables import schema_tables, tables
from localsdg.warehouse import withheld
from localsdg.warehouse.metric_rows import metric_facts
from localsdg.warehouse.models import COVERAGE, Model
from localsdg.warehouse.run_models import SCHEMAS, ensure, insert_release_order, lookups, mark_headlines, run_model

if TYPE_CHECKING:
    import duckdb

    from localsdg.common.settings import Settings

#: Tables of the evidence with a row as known on a day; `<name>_at_event` holds it as of the event.
EDITED = ("evidence.metric_value", "evidence.progress", "evidence.crisis_change", "evidence.local_vs_national")
#: Tables of local records, each row of a release that has a date.
DATED = (
    "core.local_site",
    "core.local_indicator",
    "core.local_observation",
    "core.local_target",
    "core.review",
    "core.action",
)
#: Tables of the staging layer that belong to rows of another: table -> that table, key.
_BELONGING = {
    "core.review_conflict": ("core.review", "review_id"),
    "core.review_suggestion": ("core.review", "review_id"),
    "core.action_suggestion": ("core.action", "action_id"),
    "core.action_link": ("core.action", "action_id"),
    "core.local_indicator_suggestion": ("core.local_indicator", "(site_id, local_indicator_id)"),
    "core.local_indicator_link": ("core.local_indicator", "(site_id, local_indicator_id)"),
    "core.action_partner": ("core.action", "action_id"),
    "core.action_country": ("core.action", "action_id"),
    "core.action_dataset": ("core.action", "dataset_id"),
}
#: Tables in which a series has the rows of one release.
_BY_SERIES = frozenset({"core.series_release", "core.latest_observation", "core.latest_breakdown"})
#: Tables with rows of every metric: those computed anew take the place of the newest edition's.
BY_METRIC = ("evidence.metric_value", "evidence.metric")
#: Reviewed lists of what others published, each with the day, month or year of its entries.
_DATED_LISTS = {
    "registry_published_figures": "coalesce(nullif(as_of, ''), year)",
    "registry_printed_reports": "compared_until",
}
#: The registers as their records of the day show them; what a later file states of a register is not known then.
_REGISTERS = """
select d.* replace (
    least(d.as_of, k.newest) as as_of,
    if(d.as_of > k.newest, null, d.n_in_register) as n_in_register,
    k.n_actions as n_actions,
    k.n_with_year as n_with_year
)
from newest.core.action_dataset as d
join (
    select a.dataset_id, max(l.published_on) as newest, count(*) as n_actions, count(a.year) as n_with_year
    from core.action as a
    join known_local as l on l.release = a.release
    group by a.dataset_id
) as k on k.dataset_id = d.dataset_id
order by d.dataset_id
"""
REGISTERS = "core.action_dataset"
_KNOWN = "(dataset_id, release) in (select (dataset_id, release) from known_release)"


@dataclass
class Edition:
    """What the edition of a day has that the newest one has not.

    `conditions` are SQL conditions that rows of the newest edition's tables fulfil where they
    are in this one too, of the tables that lose rows; `computed` are the tables with rows
    computed anew; `series` are those shown in another release. `undated` are releases left
    out because nothing dates them.
    """

    day: date
    conditions: dict[str, str] = field(default_factory=dict)
    computed: set[str] = field(default_factory=set)
    series: frozenset[str] = frozenset()
    undated: tuple[str, ...] = ()
    shortened: set[str] = field(default_factory=set)  # reviewed lists that lose later entries

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics that were computed anew."""
        return tuple(one for one in metrics() if f"evidence.{one}" in self.computed)

    @property
    def differs(self) -> set[str]:
        """Every table with other rows than in the newest edition."""
        return self.conditions.keys() | self.computed


def metric_list(edition: Edition) -> str:
    """The metrics that were computed anew, as a SQL list."""
    return f"[{', '.join(map(text, edition.metrics))}]::varchar[]"


def compute(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    models: list[Model],
    day: date,
    days: Mapping[str, date | None],
) -> Edition:
    """The edition of a day, under the plain names of its tables.

    `con` is an empty database with a published file attached as `newest`, which is only read.
    `evidence.metric_value` and `evidence.metric` hold the metrics that were computed anew.
    `days` are the days of snapshots of local records, by the name of their release; a release that is
    not in it has the day of its name. Raises `LocalsdgError` when a model fails.
    """
    edition = begin(con, day, days)
    fill(con, edition, models, settings)
    return edition


def begin(con: duckdb.DuckDBPyConnection, day: date, days: Mapping[str, date | None]) -> Edition:
    """What is known on the day, before any model runs: tables that lose rows are there under their plain names."""
    con.execute("attach ':memory:' as wh")
    for schema in SCHEMAS:
        con.execute(f"create schema if not exists {schema}; create schema wh.{schema}")
    lookups(con)
    withheld.make_list(con)
    insert_release_order(
        con, con.execute("select dataset_id, release, retrieved_on from newest.core.release").fetchall()
    )
    con.execute("create temp table local_day (release varchar, published_on date)")
    insert_rows(con, "local_day", [{"release": name, "published_on": known} for name, known in days.items()])
    edition = Edition(day)
    _leave_out(con, edition)
    for name, condition in edition.conditions.items():
        if name != REGISTERS:
            con.execute(f"create view {name} as select * from newest.{name} where {condition}")
    return edition


def fill(con: duckdb.DuckDBPyConnection, edition: Edition, models: list[Model], settings: Settings) -> None:
    """The tables of an edition that has begun; raises `LocalsdgError` when a model fails."""
    ensure(con, "evidence.metric_value")
    coverage = model(settings.sql / "evidence" / f"{COVERAGE}.sql")
    for one in models:
        if not one.target.startswith("audit."):
            _make(con, edition, one, coverage)
    _complete_metrics(con, edition, models, settings.sql)


def _leave_out(con: duckdb.DuckDBPyConnection, edition: Edition) -> None:
    """Note what of the newest edition's data is not known on the day."""
    con.execute(
        "create temp table known_release as "
        "select dataset_id, release from newest.core.release where published_on <= ?",
        [edition.day],
    )
    later = con.execute(
        "select release from newest.core.release where published_on is null or published_on > ?", [edition.day]
    ).fetchall()
    if later:
        edition.conditions |= dict.fromkeys(_of_releases(), _KNOWN)
    con.execute("create temp table known_local (release varchar, published_on date)")
    releases = local_releases(con)
    known_then = [(name, known) for name, known in releases if known and known <= edition.day]
    insert_rows(con, "known_local", [{"release": name, "published_on": known} for name, known in known_then])
    condition = "release in (select release from known_local)"
    for name in DATED:
        if scalar(con, f"select count(*) from newest.{name} where not ({condition})"):
            edition.conditions[name] = condition
    for name, (whole, key) in _BELONGING.items():
        if whole in edition.conditions:
            edition.conditions[name] = f"{key} in (select {key} from {whole})"
    nothing_dates = con.execute("select release from newest.core.release where published_on is null").fetchall()
    edition.undated = (*(name for (name,) in nothing_dates), *(name for name, known in releases if known is None))
    for name, stated in _DATED_LISTS.items():
        # a year or a month counts as its last day
        is_later = f"{stated} || substr('0000-12-31', length({stated}) + 1) > ?"
        ((n_later,),) = con.execute(f"delete from {name} where {is_later}", [edition.day.isoformat()]).fetchall()
        if n_later:
            edition.shortened.add(name)


def _of_releases() -> list[str]:
    """Tables of official data in which each row is of a release; which of these is shown follows from them."""
    return [
        one.name
        for one in schema_tables("core")
        if one.name == "core.release"
        or ({"dataset_id", "series_code", "release"} <= set(one.primary_key) and one.name != "core.series_release")
    ]


def local_releases(con: duckdb.DuckDBPyConnection) -> list[tuple[str, date | None]]:
    """The releases of local records in the file attached as `newest`, each with its day, None where it has none."""
    names = " union ".join(f"select release from newest.{name}" for name in DATED)
    return [
        (release, known or release_day(release))
        for release, known in con.execute(
            f"select r.release, d.published_on from ({names}) as r left join local_day as d using (release) order by 1"
        ).fetchall()
    ]


def _make(con: duckdb.DuckDBPyConnection, edition: Edition, one: Model, coverage: str) -> None:
    """One table of the edition under its plain name: computed anew, without later rows, or the newest edition's."""
    if one.target == "core.latest_breakdown":
        _latest_breakdown(con, edition, one)
    elif one.target == REGISTERS and one.target in edition.conditions:
        ensure(con, one.target)
        con.execute(f"insert into wh.{one.target} by name {_REGISTERS}")
        edition.computed.add(one.target)
    elif one.target in edition.conditions:
        pass  # there since the edition has begun
    elif not _reads_other(edition, one):
        _take(con, one)
    elif one.target in EDITED and "series_code" in tables()[one.target].primary_key:
        _by_series(con, edition, one, coverage)
    elif not any(name.startswith("staging.") for name in one.depends):
        run_model(con, one, coverage)
        if one.target != "core.latest_observation":
            edition.computed.add(one.target)
    else:
        _take(con, one)
    if one.target == "core.series_release":
        edition.series = _other_series(con)
        con.execute(
            "create temp table other_series as select unnest(?::varchar[]) as series_code", [sorted(edition.series)]
        )


def _reads_other(edition: Edition, one: Model) -> bool:
    """Whether a model reads something that differs from the newest edition."""
    codes = metrics()[one.target.removeprefix("evidence.")].series_codes if one.is_metric else ()
    reads_series = one.depends & _BY_SERIES and (edition.series & set(codes) if codes else edition.series)
    return bool(
        reads_series
        or one.depends & (edition.differs - _BY_SERIES)
        or any(name in one.select for name in edition.shortened)
    )


def _take(con: duckdb.DuckDBPyConnection, one: Model) -> None:
    """The newest edition's table or metric, as it is."""
    name = "evidence.metric_value" if one.is_metric else one.target
    if one.is_metric:
        metric_id = one.target.removeprefix("evidence.")
        con.execute(
            f"create view {one.target} as select * exclude (metric_id) from newest.{name} "
            f"where metric_id = '{metric_id}'"
        )
    elif name in EDITED:
        ensure(con, name)
        con.execute(f"insert into wh.{name} by name select * from newest.{name}")
    elif name == "core.latest_observation":  # a view, which a file that is being built has not yet
        con.execute(f"create view {name} as {one.select}")
        withheld.hide(con)
    else:
        con.execute(f"create view {name} as select * from newest.{name}")


def _other_series(con: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Series that the edition shows in another release than the newest one, or not at all."""
    latest = "select series_code, dataset_id, release from {}core.series_release where is_latest"
    newest, known = latest.format("newest."), latest.format("")
    found = con.execute(
        f"select series_code from (({newest} except {known}) union ({known} except {newest}))"
    ).fetchall()
    return frozenset(code for (code,) in found)


def _latest_breakdown(con: duckdb.DuckDBPyConnection, edition: Edition, one: Model) -> None:
    """The newest edition's rows, but for the series that have another release."""
    if edition.series:
        con.execute(
            "create temp view other_observation as select * from core.latest_observation "
            "where series_code in (select series_code from other_series)"
        )
        select = one.select.replace("core.latest_observation", "other_observation")
        con.execute(f"create temp table other_breakdown as {select}")
        con.execute(
            f"create view {one.target} as select * from newest.{one.target} "
            "where series_code not in (select series_code from other_series) "
            "union all by name select * from other_breakdown"
        )
        edition.computed.add(one.target)
    else:
        _take(con, one)
    withheld.prepare(con, one)


def _by_series(con: duckdb.DuckDBPyConnection, edition: Edition, one: Model, coverage: str) -> None:
    """A table of single series: those with another release are computed, the rest is the newest edition's."""
    select = one.select
    for name in ("core.latest_observation", "core.latest_breakdown"):
        select = select.replace(name, name.replace("core.latest", "other"))
    run_model(con, replace(one, select=select), coverage)
    con.execute(
        f"insert into wh.{one.target} by name select * from newest.{one.target} "
        "where series_code not in (select series_code from other_series)"
    )
    edition.computed.add(one.target)


def _complete_metrics(con: duckdb.DuckDBPyConnection, edition: Edition, models: list[Model], sql: Path) -> None:
    """The values of metrics that were not computed anew, and what each metric says of itself."""
    ensure(con, "evidence.metric")
    depends = {one.target: one.depends for one in models}
    facts = [metric_facts(con, metrics()[metric_id]) for metric_id in edition.metrics]
    for row in facts:
        if row["status"] != "ok":
            row["reason"] = _not_yet(con, edition, metrics()[row["metric_id"]], depends) or row["reason"]
    insert_rows(con, "wh.evidence.metric", facts)
    mark_headlines(con, sql)
    edition.computed |= {"evidence.metric_value", "evidence.metric"}


def _not_yet(
    con: duckdb.DuckDBPyConnection, edition: Edition, metric: Metric, depends: dict[str, frozenset[str]]
) -> str:
    """Why a metric has no value that it has in the newest edition; '' where the releases are not the reason."""
    if not scalar(con, "select status = 'ok' from newest.evidence.metric where metric_id = ?", [metric.metric_id]):
        return ""
    if metric.series_codes:
        releases = con.execute(
            "select h.release, r.published_on from newest.core.series_holding as h "
            "join newest.core.release as r using (dataset_id, release) where list_contains(?, h.series_code)",
            [list(metric.series_codes)],
        ).fetchall()
        what = f" of {', '.join(metric.series_codes)}"
    else:
        read = _core_tables(f"evidence.{metric.metric_id}", depends) & set(DATED) & edition.conditions.keys()
        union = (
            " union ".join(f"select release from newest.{name}" for name in sorted(read)) or "select null where false"
        )
        names = {name for (name,) in con.execute(union).fetchall()}
        releases = [(name, day) for name, day in local_releases(con) if name in names]
        what = ""
    dated = sorted((day, name) for name, day in releases if day)
    if not dated or dated[0][0] <= edition.day:
        return ""
    return f"no release{what} on or before {edition.day}; the oldest is {dated[0][1]}"


def _core_tables(target: str, depends: dict[str, frozenset[str]]) -> set[str]:
    """Every table that a model reads, directly or by way of others."""
    found: set[str] = set()
    ahead = {target}
    while ahead:
        name = ahead.pop()
        ahead |= depends.get(name, frozenset()) - found
        found |= depends.get(name, frozenset())
    return found
