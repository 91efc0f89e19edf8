"""A whole warehouse as known on a day, in a temporary file: what reads the published file reads it the same way."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from localsdg.common.database import open_work, scalar, text
from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.common.scratch import scratch_folder
from localsdg.registry.evidence import metrics
from localsdg.warehouse.editions import BY_METRIC, EDITED, Edition, compute, metric_list
from localsdg.warehouse.meta import OFFICIAL
from localsdg.warehouse.models import load_models
from localsdg.warehouse.query import open_published

if TYPE_CHECKING:
    import duckdb

    from localsdg.common.settings import Settings

_LOCAL = f"source not in {OFFICIAL}"


@contextmanager
def opened_edition(settings: Settings, day: date | None) -> Iterator[tuple[Settings, tuple[str, ...]]]:
    """Settings whose published file is the edition of a day, and the releases left out because nothing dates them.

    Without a day the settings are unchanged. The published file is copied, never written; the copy
    is deleted at the end. Raises `UsageError` for a day before all releases, and `LocalsdgError`
    where there is no warehouse or one of another version.
    """
    if day is None:
        yield settings, ()
        return
    _check(settings, day)
    with scratch_folder() as folder:
        file = folder / settings.published.name
        shutil.copyfile(settings.published, file)
        con = open_work(":memory:", settings)
        try:
            con.execute(f"attach {text(file)} as newest")
            days = dict(con.execute(f"select release, published_on from newest.meta.dataset where {_LOCAL}").fetchall())
            edition = compute(con, settings, load_models(settings.sql), day, days)
            _write_over(con, edition)
        finally:
            con.close()
        yield replace(settings, edition=file), edition.undated


def _check(settings: Settings, day: date) -> None:
    con = open_published(settings)
    try:
        known = scalar(
            con,
            "select count(*) from duckdb_columns() where schema_name || '.' || table_name || '.' || column_name in "
            "('core.series_holding.is_limited', 'core.release.published_on', 'meta.dataset.published_on', "
            "'meta.release.known_on')",
        )
        if known < 4:
            raise LocalsdgError(
                "the warehouse was built by a version that dates no releases",
                where=settings.published,
                next_step="localsdg build",
            )
        first = scalar(
            con,
            "select min(published_on) from (select published_on from core.release union all "
            f"select published_on from meta.dataset where {_LOCAL})",
        )
    finally:
        con.close()
    if first is None or day < first:
        raise UsageError(
            f"no release was published on or before {day}",
            expected=f"a day from {first} on" if first else "a release with a date in its name",
            got=day,
            next_step=f"localsdg figures --as-of {first}" if first else "localsdg figures",
        )


def _write_over(con: duckdb.DuckDBPyConnection, edition: Edition) -> None:
    """Make the file attached as `newest` the edition that was computed beside it."""
    for name, condition in edition.conditions.items():
        con.execute(f"delete from newest.{name} where ({condition}) is not true")
    for name in sorted(edition.computed - {f"evidence.{metric_id}" for metric_id in metrics()}):
        rows, other = f"wh.{name}", "true"
        if name == "core.latest_breakdown":
            rows, other = "other_breakdown", "series_code in (select series_code from other_series)"
        elif name in BY_METRIC:
            other = f"list_contains({metric_list(edition)}, metric_id)"
        con.execute(f"delete from newest.{name} where {other}")
        con.execute(f"insert into newest.{name} by name select * from {rows}")
    for name in EDITED:
        con.execute(f"update newest.{name} set as_of = ?", [edition.day])
    # lists of countries and their population are the newest in every edition
    lists = "source in ('m49', 'population')"
    con.execute(f"delete from newest.meta.dataset where ({lists} or published_on <= ?) is not true", [edition.day])
    con.execute("update newest.meta.release set known_on = ?", [edition.day])
    con.execute("checkpoint newest")
