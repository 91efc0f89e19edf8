"""Figures of the bundle: every measured claim has one for the World, in each language."""

from __future__ import annotations

import pytest

from localsdg.common.settings import Settings
from localsdg.figures.chart.picture_spec import picture_spec
from localsdg.figures.data.load import load_figures
from localsdg.figures.messages.messages import LANGUAGES
from localsdg.warehouse.query import run_query


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_measured_claim_has_a_figure(built, lang) -> None:
    settings = Settings(home=built.home)
    found = load_figures(settings, lang=lang)
    measured = {
        row["claim_id"]
        for row in run_query(settings, "select distinct claim_id from evidence.metric where status = 'ok'").to_pylist()
    }
    assert measured - {one.claim_id for one in found.figures} == set()
    assert all(one.reason for one in found.missing)


def test_a_number_on_a_slide_is_the_number_of_the_warehouse(built) -> None:
    settings = Settings(home=built.home)
    one = next(f for f in load_figures(settings, "C01").figures if f.figure_id == "c01-extreme-poverty")
    (row,) = run_query(
        settings,
        (
            "select value, year from core.latest_observation where series_code = 'SI_POV_DAY1' "
            "and area_code = '001' order by year desc limit 1"
        ),
    ).to_pylist()
    assert one.title.endswith(f"to {row['value']:g}% in {row['year']}")


def test_progress_counts_every_series_that_is_assessed(built) -> None:
    settings = Settings(home=built.home)
    one = next(f for f in load_figures(settings, "C01").figures if f.figure_id == "c01-progress")
    (row,) = run_query(
        settings,
        (
            "select count(*) filter (where status not in ('insufficient data', 'not assessed')) as n, "
            "count(*) filter (where status = 'on track or target met') as n_on_track "
            "from evidence.progress where area_code = '001'"
        ),
    ).to_pylist()
    assert f"{row['n_on_track']} of {row['n']} indicator series are on track" in one.title


def test_a_country_can_be_drawn(built) -> None:
    found = load_figures(Settings(home=built.home), None, "ESP", "es")
    assert len(found.figures) > 5
    assert all(picture_spec(one)["description"].startswith(one.title) for one in found.figures)
