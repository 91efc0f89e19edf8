"""What changed between two loaded releases: series, values, the biggest movers, and the effect on the metrics.

Values are compared by the SELECT that fills `audit.value_change`, asked for two
releases that need not follow one another.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from localsdg.common.close_matches import close_matches
from localsdg.common.database import model
from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.common.sql_text import fill, literal
from localsdg.registry.breakdowns import create_macros
from localsdg.registry.evidence import metrics
from localsdg.registry.releases import canonical_release, release_order
from localsdg.warehouse.release_metrics import attach_published, fill_metrics, models_of
from localsdg.warehouse.run_models import lookups

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb
    import pyarrow as pa

    from localsdg.common.settings import Settings

WORLD = "001"
#: The tables of an answer.
PARTS = ("series", "movers", "metrics", "values")


@dataclass(frozen=True)
class Question:
    """Two releases, and what the answer is limited to; () is everything, for `metric_areas` the World.

    `limit` is the number of movers of each kind of area, 0 for all. `parts` are the tables to
    fill, of `PARTS`.
    """

    old_release: str
    new_release: str
    series: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    metric_ids: tuple[str, ...] = ()
    limit: int = 20
    parts: tuple[str, ...] = PARTS


@dataclass(frozen=True)
class ReleaseDiff:
    """The answer: a table for each part that was asked for.

    `series`, `movers` and `metrics` are as the files of sql/diff give them (metrics with the years
    that are the same in both); `values` has every value that was added, removed or changed.
    """

    old_release: str
    new_release: str
    tables: dict[str, pa.Table]


def diff_releases(settings: Settings, question: Question) -> ReleaseDiff:
    """Compare two loaded releases of UN data.

    Raises `UsageError` for a release that is not loaded, an unknown series or
    metric, and two releases of which the first is the newer one;
    `LocalsdgError` where there is no published file.
    """
    import duckdb

    if not settings.published.exists():
        raise LocalsdgError("there is no warehouse yet", where=settings.published, next_step="localsdg run")
    with closing(duckdb.connect()) as con:
        con.execute(f"set threads = {settings.threads}")
        attach_published(con, settings.published)
        create_macros(con)
        asked = _checked(con, question)
        values = {
            "old_release": asked.old_release,
            "new_release": asked.new_release,
            "series": asked.series,
            "limit": asked.limit,
            "areas": asked.areas or (WORLD,),
        }
        _compare(con, settings, asked, values)
        if "metrics" in asked.parts:
            _metrics(con, settings, asked)
        selects = {
            "values": "select * from release_change order by series_code, area_code, year, breakdown, dataset_id",
            **{
                name: fill(model(settings.sql / "diff" / f"{name}.sql"), values)
                for name in ("series", "movers", "metrics")
            },
        }
        tables = {name: con.sql(selects[name]).to_arrow_table() for name in asked.parts}
        return ReleaseDiff(asked.old_release, asked.new_release, tables)


def in_order(names: Iterable[str]) -> list[str]:
    """Names of releases, oldest first."""
    return sorted(names, key=release_order)


def _checked(con: duckdb.DuckDBPyConnection, question: Question) -> Question:
    """The question with releases and series as the file names them; raises `UsageError`."""
    names = con.execute("select distinct release from core.series_release").fetchall()
    loaded = in_order(name for (name,) in names)
    old, new = (_loaded(name, loaded) for name in (question.old_release, question.new_release))
    if release_order(old) >= release_order(new):
        raise UsageError(
            "the releases are in the wrong order" if old != new else "both releases are the same",
            expected="an older one and a newer one",
            got=f"{question.old_release} {question.new_release}",
            next_step=f"localsdg diff {new} {old}" if old != new else "localsdg status, which names the releases",
        )
    known = {code for (code,) in con.execute("select distinct series_code from core.series").fetchall()}
    if unknown := [code for code in question.series if code not in known]:
        raise UsageError(
            "unknown series",
            expected=", ".join(close_matches(unknown[0], sorted(known))) or "a series of core.series",
            got=", ".join(unknown),
            next_step='localsdg query "select series_code, description from core.series"',
        )
    if unknown := [name for name in question.metric_ids if name not in metrics()]:
        raise UsageError(
            "unknown metric",
            expected=", ".join(close_matches(unknown[0], metrics())) or "a metric of evidence.metric",
            got=", ".join(unknown),
            next_step='localsdg query "select metric_id, title from evidence.metric"',
        )
    series = question.series or tuple(
        dict.fromkeys(code for name in question.metric_ids for code in metrics()[name].series_codes)
    )
    return replace(question, old_release=old, new_release=new, series=series)


def _loaded(name: str, loaded: list[str]) -> str:
    """A loaded release by its name in any spelling."""
    for spelling in (name, canonical_release(name)):
        if spelling in loaded:
            return str(spelling)
    raise UsageError(
        "this release is not loaded",
        expected=f"one of {', '.join(loaded)}" if loaded else "a loaded release",
        got=name,
        next_step=f"localsdg diff {loaded[-2]} {loaded[-1]}" if len(loaded) > 1 else "localsdg run",
    )


def _compare(con: duckdb.DuckDBPyConnection, settings: Settings, asked: Question, values: dict) -> None:
    """Make `release_change`, the values that differ, and `release_meaning`, code and definition of each series."""
    limits = " and ".join(
        f"list_contains({literal(codes)}, {column})"
        for codes, column in ((asked.series, "series_code"), (asked.areas, "area_code"))
        if codes
    )
    select = fill(model(settings.sql / "core" / "value_change.sql"), values)
    con.execute(f"create temp table release_change as select * from ({select}) where {limits or 'true'}")
    meaning = fill(model(settings.sql / "diff" / "meaning.sql"), values)
    con.execute(f"create temp table release_meaning as {meaning}")


def _metrics(con: duckdb.DuckDBPyConnection, settings: Settings, asked: Question) -> None:
    """Make `old_metric` and `new_metric`: the metrics that read a series of both releases."""
    series = {
        code
        for (code,) in con.execute(
            "select series_code from core.series_release where release = ? "
            "intersect select series_code from core.series_release where release = ?",
            [asked.old_release, asked.new_release],
        ).fetchall()
        if not asked.series or code in asked.series
    }
    wanted = [
        metric.metric_id
        for metric in metrics().values()
        if series & set(metric.series_codes) and (not asked.metric_ids or metric.metric_id in asked.metric_ids)
    ]
    models = models_of(settings.sql, wanted)
    lookups(con)
    for target, release in (("old_metric", asked.old_release), ("new_metric", asked.new_release)):
        fill_metrics(con, target, release, models, asked.areas or (WORLD,))
        con.execute(f"delete from {target} where not list_contains({literal(wanted)}, metric_id)")
