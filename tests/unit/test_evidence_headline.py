"""Which year of a metric is its headline: the newest that rests on enough countries."""

from __future__ import annotations

import pytest
from evidence_helpers import SQL, insert, warehouse_with_areas

from localsdg.common.database import model
from localsdg.registry.breakdowns import breakdown_label
from localsdg.registry.evidence import COVERAGE_FLOOR, COVERAGE_YEARS, metrics
from localsdg.registry.tables import create_table_sql, tables
from localsdg.warehouse.templates import filled, metric_file

WORLD, REGION, COUNTRY = "001", "062", "004"


def row(year: int, n_areas: int | None, area: str = WORLD, value: float | None = 1.0, **more) -> dict:
    dimensions = more.pop("dimensions", {})
    return {
        "metric_id": "m",
        "area_code": area,
        "year": year,
        "value": value,
        "n_areas": n_areas,
        "basis": "computed",
        "breakdown": breakdown_label(dimensions),
        "dimensions": dimensions,
        "release": "r",
        "caveat": "c",
        **more,
    }


def marked(*rows: dict, over_reporters: bool = True, incomplete: int = 0) -> dict[tuple, tuple]:
    """(area, year) -> (is_headline_year, strength) of the rows of one metric."""
    con = warehouse_with_areas()
    for name in ("evidence.metric", "evidence.metric_value"):
        con.execute(create_table_sql(tables()[name]))
    insert(
        con,
        "evidence.metric",
        [
            {
                "metric_id": "m",
                "claim_id": "C01",
                "title": "t",
                "unit": "u",
                "definition": "d",
                "series_codes": [],
                "is_over_reporters": over_reporters,
                "n_incomplete_years": incomplete,
                "status": "ok",
            }
        ],
    )
    insert(con, "evidence.metric_value", list(rows))
    select = filled(model(SQL / "evidence" / "headline.sql"))
    found = con.execute(
        "select v.area_code, v.year, coalesce(h.is_headline_year, false), coalesce(h.strength, 'strong') "
        f"from evidence.metric_value as v left join ({select}) as h on v.rowid = h.metric_row where v.value is not null"
    ).fetchall()
    return {one[:2]: one[2:] for one in found}


def headline(*rows: dict, **more) -> list[int]:
    return [year for (_, year), (is_headline, _) in marked(*rows, **more).items() if is_headline]


def test_three_countries_are_no_headline_beside_eighty_two():
    years = [row(2017, 82), row(2020, 62), row(2021, 50), row(2022, 3)]
    assert headline(*years) == [2021]
    assert marked(*years)[WORLD, 2022] == (False, "weak")


def test_only_the_fullest_of_the_last_six_years_counts():
    assert COVERAGE_YEARS == 6
    assert headline(row(2010, 200), row(2017, 60), row(2021, 48), row(2022, 3)) == [2021]
    assert headline(row(2016, 200), row(2017, 60), row(2021, 48)) == [2016]


@pytest.mark.parametrize(("n_areas", "year"), [(49, 2018), (50, 2019)])
def test_sixty_per_cent_of_the_fullest_year_is_enough(n_areas, year):
    assert COVERAGE_FLOOR == 0.6
    assert headline(row(2017, 82), row(2018, 60), row(2019, n_areas)) == [year]


def test_each_area_is_measured_by_its_own_fullest_year():
    found = marked(row(2017, 80), row(2020, 50), row(2017, 4, REGION), row(2020, 1, REGION))
    assert sorted(key for key, (is_headline, _) in found.items() if is_headline) == [(WORLD, 2020), (REGION, 2017)]


def test_each_breakdown_is_measured_by_its_own_fullest_year():
    women = {"sex": "FEMALE"}
    rows = [row(2017, 80), row(2020, 1), row(2018, 3, dimensions=women), row(2019, 2, dimensions=women)]
    assert sorted(headline(*rows)) == [2017, 2019]


def test_what_the_un_publishes_qualifies_by_itself():
    assert headline(row(2017, 82), row(2022, 3, basis="published")) == [2022]


def test_a_country_and_a_value_that_no_reporters_were_counted_for_qualify_by_themselves():
    assert headline(row(2017, 1, COUNTRY), row(2022, 1, COUNTRY)) == [2022]
    assert headline(row(2017, 82), row(2022, 3), over_reporters=False) == [2022]


def test_a_year_without_a_value_is_no_headline():
    found = marked(row(2017, 82), row(2018, 82, value=None))
    assert found == {(WORLD, 2017): (True, "strong")}


def test_the_last_years_of_a_register_are_incomplete():
    # the newest year of the register counts, not that of the area
    rows = [row(2019, 15), row(2023, 31), row(2024, 12), row(2025, 1), row(2022, 1, REGION)]
    found = marked(*rows, over_reporters=False, incomplete=2)
    assert sorted(key for key, (is_headline, _) in found.items() if is_headline) == [(WORLD, 2023), (REGION, 2022)]
    assert found[WORLD, 2024] == found[WORLD, 2025] == (False, "weak")


@pytest.mark.parametrize(
    ("more", "strength"),
    [
        ({}, "strong"),
        ({"censoring": "<"}, "fair"),
        ({"coverage_pct": 33.0}, "fair"),
        ({"coverage_pct": 50.0}, "strong"),
    ],
)
def test_a_limit_and_a_minority_of_the_countries_are_fair(more, strength):
    assert marked(row(2020, 82, **more))[WORLD, 2020] == (True, strength)


def test_every_metric_over_the_countries_that_report_is_declared():
    """A model that counts countries of its own (n_areas of n_total) is over reporters.

    Of the countries with a review the count itself is n_areas: no country has to report for it.
    """
    counting = set()
    for metric in metrics().values():
        text = metric_file(SQL, metric).read_text(encoding="utf-8")
        if "n_areas" in text and "n_total" in text and " as denominator" not in text:
            counting.add(metric.metric_id)
    declared = {one.metric_id for one in metrics().values() if one.over_reporters}
    assert counting - declared == {"c04_countries_with_review"} and declared <= counting
