"""What a figure rests on: countries with a value of their own, and no others."""

from __future__ import annotations

import pytest
from evidence_helpers import model_sql, warehouse_with_areas

from localsdg.registry.evidence import metrics
from localsdg.warehouse.metric_rows import completed, with_coverage

#: Region 062 has three countries: 004, 050 and 356; the World has one more.
REGION, WORLD = "062", "001"


def coverage(*rows: tuple) -> dict[tuple, tuple]:
    """(area, year) -> (n_areas, coverage_pct) of a metric with these (area, year, value)."""
    con = warehouse_with_areas()
    values = ", ".join(f"('{area}', {year}, {value})" for area, year, value in rows)
    select = f"select *, 'r' as release from (values {values}) as v (area_code, year, value)"
    whole = with_coverage(completed(con, select, metrics()["c01_extreme_poverty"]), model_sql("coverage"))
    found = con.execute(f"select area_code, year, n_areas, coverage_pct from ({whole})").fetchall()
    return {row[:2]: row[2:] for row in found}


def test_a_country_without_a_value_does_not_count():
    found = coverage((REGION, 2015, 20), ("004", 2015, 10), ("050", 2015, "null"), ("356", 2015, 30))
    assert found[REGION, 2015] == (2, pytest.approx(200 / 3))


@pytest.mark.parametrize(
    ("values", "n"),
    [
        (("null", "null", "null"), None),  # no country has an answer: published for groups alone
        ((0, "null", "null"), 1),  # zero is a value
        ((1, 2, 3), 3),
    ],
)
def test_values_are_counted_not_rows(values, n):
    rows = [(area, 2015, value) for area, value in zip(("004", "050", "356"), values, strict=True)]
    assert coverage((WORLD, 2015, 20), *rows)[WORLD, 2015] == (n, None if n is None else 25.0 * n)


def test_a_value_of_another_year_does_not_count():
    found = coverage((REGION, 2015, 20), (REGION, 2016, 21), ("004", 2016, 10))
    assert (found[REGION, 2015], found[REGION, 2016]) == ((0, 0.0), (1, pytest.approx(100 / 3)))


# ------------------------------------------------------------------ people behind a computed figure
PEOPLE = {"004": 40, "050": 160, "356": 1400, "076": 210}


def people_share(*rows: tuple, people: dict[str, float] | None = None) -> dict[tuple, float | None]:
    """(area, year) -> population_pct of a metric with these (area, year, value, basis)."""
    con = warehouse_with_areas()
    for area, number in (PEOPLE if people is None else people).items():
        con.execute("insert into core.population (area_code, year, population) values (?, 2015, ?)", [area, number])
    values = ", ".join(f"('{area}', {year}, {value}, '{basis}')" for area, year, value, basis in rows)
    select = f"select *, 'r' as release from (values {values}) as v (area_code, year, value, basis)"
    whole = with_coverage(completed(con, select, metrics()["c01_extreme_poverty"]), model_sql("coverage"))
    return {(a, y): p for a, y, p in con.execute(f"select area_code, year, population_pct from ({whole})").fetchall()}


COUNTRIES = (("004", 2015, 1, "published"), ("050", 2015, 2, "published"), ("356", 2015, "null", "published"))


def test_a_computed_figure_says_what_share_of_the_people_it_rests_on():
    found = people_share((REGION, 2015, 3, "computed"), (WORLD, 2015, 3, "computed"), *COUNTRIES)
    assert found[REGION, 2015] == pytest.approx(100 * 200 / 1600)
    assert found[WORLD, 2015] == pytest.approx(100 * 200 / 1810)
    # a country is no group of countries
    assert found["004", 2015] is None


def test_a_published_figure_and_one_of_a_year_without_population_have_no_such_share():
    assert people_share((REGION, 2015, 3, "published"), *COUNTRIES)[REGION, 2015] is None
    later = [(area, 2016, value, basis) for area, _, value, basis in COUNTRIES]
    assert people_share((REGION, 2016, 3, "computed"), *later)[REGION, 2016] is None
    assert people_share((REGION, 2015, 3, "computed"), *COUNTRIES, people={})[REGION, 2015] is None


def test_a_country_without_a_known_population_is_in_neither_number():
    found = people_share((REGION, 2015, 3, "computed"), *COUNTRIES, people={"004": 40, "356": 1400})
    assert found[REGION, 2015] == pytest.approx(100 * 40 / 1440)
