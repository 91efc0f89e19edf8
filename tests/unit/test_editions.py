"""The evidence as known on a day: three releases of one series, and the day of snapshots of local records."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest
from edition_helpers import COUNTRIES, METRIC, SERIES, few_models, fill_newest, releases
from evidence_helpers import insert

from localsdg.cli.as_of import parse_day
from localsdg.common.errors import UsageError
from localsdg.common.settings import Settings
from localsdg.registry.releases import publication, release_day
from localsdg.warehouse.editions import Edition, compute


@pytest.fixture(scope="module")
def models():
    return few_models()


def edition(models, day: str, held, **more) -> tuple[duckdb.DuckDBPyConnection, Edition]:
    """The edition of a day of a published file with these releases (name, value of 2015, countries)."""
    con = duckdb.connect()
    con.execute("attach ':memory:' as newest")
    fill_newest(con, held, **more)
    return con, compute(con, Settings(), models, date.fromisoformat(day), {})


def shown(con) -> list[tuple]:
    return con.execute(
        f"select distinct release, value from wh.evidence.metric_value where metric_id = '{METRIC}' and year = 2010"
    ).fetchall()


THREE = releases(d2020_10_19=10.0, d2022_07_10=10.5, d2023_12_17=10.8)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2020-10-19", [("2020-10-19", 10.0)]),
        ("2022-07-09", [("2020-10-19", 10.0)]),
        ("2022-07-10", [("2022-07-10", 10.5)]),
        ("2023-12-16", [("2022-07-10", 10.5)]),
    ],
)
def test_an_edition_has_the_newest_release_published_by_its_day(models, day, expected) -> None:
    con, found = edition(models, day, THREE)
    assert shown(con) == expected
    assert found.series == {SERIES} and found.metrics == (METRIC,)
    ((progress,),) = con.execute("select distinct release from evidence.progress").fetchall()
    assert progress == expected[0][0]


def test_what_no_later_release_changes_is_the_newest_editions(models) -> None:
    con, found = edition(models, "2024-01-30", THREE)
    assert found.series == frozenset() and found.metrics == () and shown(con) == []


def test_a_value_is_in_an_edition_once(models) -> None:
    con, _ = edition(models, "2022-12-31", THREE)
    doubled = con.execute(
        "select count(*) - count(distinct (metric_id, area_code, year, breakdown)) from wh.evidence.metric_value"
    ).fetchone()
    assert doubled == (0,)


def test_a_partial_release_is_not_taken_while_a_whole_one_was_published(models) -> None:
    con, _ = edition(models, "2022-12-31", THREE, limited=("2022-07-10",))
    assert shown(con) == [("2020-10-19", 10.0)]
    con, _ = edition(models, "2022-12-31", THREE[1:], limited=("2022-07-10",))
    assert shown(con) == [("2022-07-10", 10.5)]


def test_what_was_whole_then_is_not_partial_because_of_what_came_later(models) -> None:
    held = [("2020-10-19", 10.0, COUNTRIES[:1]), ("2022-07-10", 10.5, COUNTRIES[:1]), ("2023-12-17", 10.8, COUNTRIES)]
    con, _ = edition(models, "2023-01-01", held)
    partial = con.execute("select release, is_partial from core.series_release order by release").fetchall()
    assert partial == [("2020-10-19", False), ("2022-07-10", False)]


def test_a_release_that_nothing_dates_is_in_no_edition_of_a_day(models) -> None:
    con, found = edition(models, "2026-01-01", [*THREE, ("national", 11.0, COUNTRIES)])
    assert found.undated == ("national",)
    assert "national" not in {name for (name,) in con.execute("select release from core.release").fetchall()}


def test_a_register_is_as_its_records_of_then_show_it(models) -> None:
    """What a later file states of a register, its day and its size, was not known."""
    con = duckdb.connect()
    con.execute("attach ':memory:' as newest")
    fill_newest(con, THREE)
    register = {"dataset_id": "reg", "as_of": date(2025, 6, 1), "n_actions": 3, "n_with_year": 3, "n_in_register": 9}
    insert(con, "newest.core.action_dataset", [register, {**register, "dataset_id": "later"}])
    action = {"dataset_id": "reg", "release": "reg@2023-06-01", "year": 2022}
    later = {**action, "release": "reg@2025-06-01"}
    rows = [{**action, "action_id": "a"}, {**action, "action_id": "b", "year": None}, {**later, "action_id": "c"}]
    insert(con, "newest.core.action", [*rows, {**later, "action_id": "d", "dataset_id": "later"}])
    found = compute(con, Settings(), models, date(2024, 1, 30), {})
    shown = "select dataset_id, as_of, n_actions, n_with_year, n_in_register from core.action_dataset"
    assert con.execute(shown).fetchall() == [("reg", date(2023, 6, 1), 2, 1, None)]
    assert "core.action_dataset" in found.computed


def test_a_metric_without_a_release_of_then_says_which_is_the_oldest(models) -> None:
    con, _ = edition(models, "2019-12-31", THREE, reviews=("2026-11",))
    reasons = dict(con.execute("select metric_id, reason from wh.evidence.metric").fetchall())
    assert reasons == {
        METRIC: "no release of SI_POV_DAY1 on or before 2019-12-31; the oldest is 2020-10-19",
        "c04_reviews_by_year": "no release on or before 2019-12-31; the oldest is 2026-11",
    }


@pytest.mark.parametrize(
    ("release", "day", "basis"),
    [
        ("2020-10-19", "2020-10-19", "day"),
        ("2025-07", "2025-07-31", "month"),
        ("2024-02", "2024-02-29", "month"),
        ("2019.Q2.G.01", "2019-06-30", "quarter"),
        ("2025.Q3.2", "2025-12-12", "in force until"),
        ("2023_Q4.1_AllData_Before_20240115", "2024-01-15", "in force until"),
        ("bristol@2021-12-07", "2021-12-07", "day"),
        ("newest", None, "none"),
        ("city@2024", None, "none"),
    ],
)
def test_a_release_is_published_on_the_day_of_its_name(release, day, basis) -> None:
    expected = date.fromisoformat(day) if day else None
    assert (publication(release).day, publication(release).basis) == (expected, basis)
    assert release_day(release) == expected


def test_what_was_fetched_was_published() -> None:
    assert publication("2026-11", date(2026, 11, 23)).day == date(2026, 11, 23)
    assert publication("2026-11-20", date(2026, 11, 3)).day == date(2026, 11, 20)


TODAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("value", "step"),
    [
        ("2024-13-40", "localsdg figures --as-of 2024-01-30"),
        ("30.1.2023", "localsdg figures --as-of 2023-01-30"),
        ("2024", "localsdg figures --as-of 2024-01-30"),
        ("2026-11-28", "localsdg figures, which shows the newest edition"),
    ],
)
def test_what_is_no_day_or_a_day_to_come_is_an_error_with_a_command(value, step) -> None:
    with pytest.raises(UsageError) as error:
        parse_day(value, TODAY)
    assert error.value.next_step == step and error.value.got == value


def test_today_is_a_day() -> None:
    assert parse_day("2026-11-27", TODAY) == TODAY
