"""The bundle's evidence as known on the day of the event, beside the newest: what each holds and shows."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest

from localsdg.common.errors import UsageError
from localsdg.common.settings import Settings
from localsdg.figures.chart.picture import csv_text
from localsdg.figures.data.load import load_figures
from localsdg.figures.trace.explain import chain
from localsdg.registry.evidence import event_day
from localsdg.registry.tables import tables
from localsdg.warehouse.edition_file import opened_edition
from localsdg.warehouse.editions import EDITED
from localsdg.warehouse.event_edition import AT_EVENT
from localsdg.warehouse.query import open_published

#: What a column holds, whatever the order of its rows; computed numbers differ in their last digits.
SUM = "count({0}), sum(hash(if(typeof({0}) = 'DOUBLE', cast(try_cast({0} as float) as varchar), cast({0} as varchar))))"


@pytest.fixture(scope="module")
def con(built: Settings):
    connection = open_published(built)
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def event(built: Settings):
    """Settings that read the edition of the day of the event."""
    with opened_edition(built, event_day()) as (settings, _):
        yield settings


def one(con, sql: str):
    ((value,),) = con.execute(sql).fetchall()
    return value


@pytest.mark.parametrize("name", [*EDITED, *(AT_EVENT[name] for name in EDITED)])
def test_a_row_is_in_an_edition_once(con, name) -> None:
    key = ", ".join(tables()[name].primary_key)
    assert one(con, f"select count(*) from {name}") > 0
    assert one(con, f"select count(*) - count(distinct ({key})) from {name}") == 0
    days = {day for (day,) in con.execute(f"select distinct as_of from {name}").fetchall()}
    assert days == {event_day() if name.endswith("_at_event") else one(con, "select max(as_of) from evidence.progress")}


def test_the_event_knows_no_release_published_after_it(con) -> None:
    later = (
        "select count(*) from evidence.{} as v join core.release as r on r.release = v.release "
        f"where r.published_on > date '{event_day()}'"
    )
    assert one(con, later.format("metric_value")) > 0
    for name in ("metric_value_at_event", "progress_at_event", "crisis_change_at_event"):
        assert one(con, later.format(name)) == 0
    sites = "select max(right(release, 10)) from evidence.metric_value_at_event where release like '%@____-__-__'"
    assert one(con, sites) <= event_day().isoformat()


def test_a_release_after_the_event_changes_what_is_known_now_alone(con) -> None:
    then, now, change, why, release_then, release_now = con.execute(
        "select value_at_event, value_now, change, why, release_at_event, release_now from evidence.since_event "
        "where metric_id = 'c11_disaster_deaths' and change = 'changed' order by area_code, year limit 1"
    ).fetchone()
    assert (change, why, release_then, release_now) == ("changed", "revision", "2023-12-17", "2025-07") and then != now


def test_each_value_of_both_editions_is_side_by_side(con) -> None:
    both = "select count(*) from (select metric_id from evidence.{0} where value is not null)"
    counts = dict(con.execute("select change, count(*) from evidence.since_event group by 1").fetchall())
    assert counts["unchanged"] + counts["changed"] + counts["removed"] == one(con, both.format("metric_value_at_event"))
    assert counts["unchanged"] + counts["changed"] + counts["added"] == one(con, both.format("metric_value"))
    assert one(con, "select count(*) from evidence.since_event where (why is null) <> (change = 'unchanged')") == 0


def test_a_metric_that_was_not_known_says_which_release_is_the_oldest(con) -> None:
    status, reason = con.execute(
        "select status, reason from evidence.metric_at_event where metric_id = 'c04_reviews_cumulative'"
    ).fetchone()
    assert (status, reason) == ("no data", "no release on or before 2024-01-30; the oldest is 2026-11")


def test_the_edition_of_the_event_computed_on_demand_is_the_one_in_the_file(built, con, event) -> None:
    before = hashlib.sha256(built.published.read_bytes()).hexdigest()
    with open_published(event) as edition:
        for name, sister in AT_EVENT.items():
            columns = [column.name for column in tables()[name].columns]
            totals = ", ".join(SUM.format(column) for column in columns)
            assert con.execute(f"select count(*), {totals} from {sister}").fetchall() == (
                edition.execute(f"select count(*), {totals} from {name}").fetchall()
            ), name
    assert hashlib.sha256(built.published.read_bytes()).hexdigest() == before


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "as known on 30 January 2024"),
        ("es", "tal como se conocía el 30 de enero de 2024"),
        ("fr", "état des connaissances au 30 janvier 2024"),
        ("pt", "tal como se conhecia em 30 de janeiro de 2024"),
    ],
)
def test_a_figure_of_an_edition_states_its_day(event, lang, words) -> None:
    for figure in load_figures(event, "C11", "001", lang).figures:
        assert figure.subtitle.endswith(f" · {words}")
        assert "2024-01-30" in csv_text(figure) and "-- as known on 2024-01-30" in figure.sql


def test_a_figure_of_an_edition_is_traced_to_the_release_of_then(built, event) -> None:
    releases = {}
    for settings in (built, event):
        figure = next(one for one in load_figures(settings, "C11").figures if one.figure_id == "c11-disaster-affected")
        releases[figure.known_on] = chain(settings, figure).releases
    assert releases == {"": ("2025-07",), "2024-01-30": ("2023-12-17",)}


def test_no_report_of_later_is_shown_in_an_edition(built, event) -> None:
    newest = [point for figure in load_figures(built, "C01").figures for point in figure.printed]
    assert newest
    then = [point for figure in load_figures(event, "C01").figures for point in figure.printed]
    assert not [point for point in then if "2025" in str(point) or "2024" in str(point)]


def test_a_day_before_all_releases_names_the_first(built) -> None:
    with pytest.raises(UsageError) as error, opened_edition(built, date(2018, 1, 1)):
        pass
    assert error.value.next_step == "localsdg figures --as-of 2018-07-23"  # a register of partnerships
