"""The edition of the event: taken over where nothing that it shows changed, and the same as computed anew."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from edition_helpers import METRIC, fill_newest, releases
from evidence_helpers import SQL, insert

from localsdg.common.settings import Settings
from localsdg.registry.evidence import metrics
from localsdg.warehouse import event_edition
from localsdg.warehouse.event_edition import AT_EVENT, add_event_edition
from localsdg.warehouse.kept_tables import KeptTables
from localsdg.warehouse.models import load_models

#: A temporary table of the build that metrics read.
WITHHELD = "withheld_breakdown"
HELD = releases(d2020_10_19=10.0, d2023_12_17=10.8, d2025_07_01=11.0)
REVIEWS = ("2023-06-01", "2025-12-01")
LATER_REVIEW = {"reviews": (*REVIEWS, "2026-01-01")}


@pytest.fixture(scope="module")
def models():
    return load_models(SQL)


class Computed(Exception):
    """The edition is computed anew."""


@pytest.fixture
def may_not_compute(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stops where an edition would be computed."""

    def fill(*_: object) -> None:
        raise Computed

    monkeypatch.setattr(event_edition, "fill", fill)


def file_of(folder: Path, name: str, held=HELD, reviews=REVIEWS, sql: str = "") -> Path:
    """A built file without its edition of the event."""
    file = folder / f"{name}.duckdb"
    con = duckdb.connect()
    con.execute(f"attach '{file}' as newest")
    fill_newest(con, held, reviews=reviews)
    has = {metric_id for (metric_id,) in con.execute("select metric_id from newest.evidence.metric").fetchall()}
    others = [{"metric_id": metric_id, "status": "no data"} for metric_id in metrics() if metric_id not in has]
    insert(con, "newest.evidence.metric", others)
    con.execute(sql or "select 1")
    con.close()
    return file


def with_edition(file: Path, models, before: KeptTables | None = None, made=()) -> tuple[KeptTables, dict[str, list]]:
    """What is kept of a file that has got its edition, and the rows of it; `before` is of the file it started from."""
    known = {"keys": {}, "rows": {}, "withheld": {}, "edition": before.edition} if before else {}
    kept = KeptTables("base", known, rows={WITHHELD: "none"}, made=list(made))
    add_event_edition(file, Settings(), models, {}, kept)
    with duckdb.connect(str(file)) as con:
        names = AT_EVENT.values()
        return kept, {name: list(map(repr, con.execute(f"from {name} order by rowid").fetchall())) for name in names}


def take_from(before: Path, after: Path) -> None:
    """Put the edition of a file into another, as the build finds it in the copy that it starts from."""
    with duckdb.connect(str(after)) as con:
        con.execute(f"attach '{before}' as old")
        for name in AT_EVENT.values():
            con.execute(f"create or replace table {name} as from old.{name}")


@dataclass(frozen=True)
class First:
    """A file with its edition, what is kept of it, and its rows."""

    file: Path
    kept: KeptTables
    rows: dict[str, list]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, models) -> First:
    file = file_of(tmp_path_factory.mktemp("first"), "first")
    return First(file, *with_edition(file, models))


@pytest.mark.parametrize(
    ("change", "is_computed"),
    [
        ({}, False),
        (LATER_REVIEW, False),
        ({"reviews": (*REVIEWS, "2023-11-01")}, True),
        ({"reviews": REVIEWS[1:]}, True),
        ({"held": HELD[:2]}, True),
        ({"held": [*HELD, *releases(d2023_06_01=10.2)]}, True),
        ({"sql": "update newest.core.observation set value = 12 where release = '2023-12-17'"}, True),
        ({"sql": "update newest.core.area set kind = 'region' where area_code = '004'"}, True),
        ({"sql": f"update newest.evidence.metric set status = 'no data' where metric_id = '{METRIC}'"}, True),
    ],
    ids=["same", "later review", "review", "no review", "no later release", "release", "value", "area", "status"],
)
def test_it_is_taken_over_where_it_would_be_the_same(
    tmp_path: Path, models, first: First, may_not_compute, change: dict, is_computed: bool
) -> None:
    second = file_of(tmp_path, "second", **change)
    take_from(first.file, second)
    if is_computed:
        with pytest.raises(Computed):
            with_edition(second, models, first.kept)
    else:
        kept, rows = with_edition(second, models, first.kept)
        assert rows == first.rows and kept.edition == first.kept.edition


def test_a_fresh_build_of_what_is_no_change_gives_the_same(tmp_path: Path, models, first: First) -> None:
    assert any(METRIC in row for row in first.rows["evidence.metric_value_at_event"])
    kept, rows = with_edition(file_of(tmp_path, "fresh", **LATER_REVIEW), models)
    assert rows == first.rows and kept.edition["key"] == first.kept.edition["key"]


def test_what_it_shares_with_the_newest_follows_that(tmp_path: Path, models, monkeypatch: pytest.MonkeyPatch) -> None:
    held = HELD[:2]  # nothing is of a later day: the metric is shared
    file = file_of(tmp_path, "first", held)
    before, rows = with_edition(file, models)
    assert not any(METRIC in row for row in rows["evidence.metric_value_at_event"])
    value = (
        "insert into newest.evidence.metric_value by name select * from (values "
        f"('{METRIC}', '004', 2015, 'total', 9.5, date '2023-12-17')) "
        "as v (metric_id, area_code, year, breakdown, value, as_of)"
    )
    second = file_of(tmp_path, "second", held, sql=value)
    take_from(file, second)
    monkeypatch.setattr(event_edition, "fill", lambda *_: pytest.fail("computed"))
    with_edition(second, models, before, made=[f"evidence.{METRIC}"])
    with duckdb.connect(str(second)) as con:
        found = con.execute("select value, as_of::varchar from evidence.metric_value_at_event").fetchall()
    assert (9.5, "2024-01-30") in found
