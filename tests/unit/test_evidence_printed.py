"""Figures that UN reports print, beside the release that was current when the report was written."""

from __future__ import annotations

import csv

import duckdb
import pytest
from evidence_helpers import SQL, insert, model_sql, observation, warehouse_with_areas

from localsdg.common.database import model
from localsdg.registry.evidence import PRINTED_FIGURES_CSV, PRINTED_REPORTS_CSV
from localsdg.registry.releases import release_day
from localsdg.registry.tables import tables

RELEASES = ("2022-03-01", "2022-07-10", "2022-12-20", "2023-12-17", "2025-07")
#: Columns of a series' row in `core.series_release` that the model does not read.
REST = {
    "release_rank": 1, "n_rows": 1, "n_areas": 1, "n_years": 1, "n_breakdowns": 1, "first_year": 2000,
    "last_year": 2024, "unit": "PERCENT", "is_limited": False,
}  # fmt: skip


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    """A warehouse in memory with the releases above and an empty list of figures."""
    con = warehouse_with_areas()
    con.execute("create table release_order (dataset_id varchar, release varchar, position integer, "
                "dataset_rank integer, published_on date)")  # fmt: skip
    for position, release in enumerate(RELEASES, start=1):
        con.execute("insert into release_order values ('unsd', ?, ?, 1, ?)", [release, position, release_day(release)])
    con.execute("delete from registry_printed_figures")
    return con


def hold(con, series_code: str, release: str, year: int, value: float, *, partial=False, **facts) -> None:
    """A value of the World in a release, and the release among those of the series."""
    row = observation(series_code, year, value, release=release, **{"area_code": "001", **facts})
    insert(con, "core.observation", [row])
    con.execute(f"delete from core.series_release where series_code = '{series_code}' and release = '{release}'")
    one = {**REST, "series_code": series_code, "release": release, "is_partial": partial, "is_latest": False}
    insert(con, "core.series_release", [one])
    con.execute(
        "update core.series_release set is_latest = (release = (select max(release) from core.series_release "
        f"where series_code = '{series_code}' and not is_partial)) where series_code = '{series_code}'"
    )


def printed(con, series_code="SI_POV_DAY1", report="2022", year=2015, value="10.1", **facts) -> dict:
    """The one row of the model for one figure of the list."""
    row = {
        "report": report, "page": "", "series_code": series_code, "dimensions": "", "measure": "value",
        "area_code": "001", "year": str(year), "value": value, "unit": "%", "definition": "", "statement": "x",
        "note": "", "known_difference": "", **facts,
    }  # fmt: skip
    con.execute("delete from registry_printed_figures")
    insert(con, "registry_printed_figures", [row])
    found = con.execute(model_sql("published_figure"))
    names = [column[0] for column in found.description]
    rows = [dict(zip(names, one, strict=True)) for one in found.fetchall()]
    assert len(rows) == 1
    return rows[0]


@pytest.mark.parametrize(
    ("held", "value", "agrees"),
    [(10.12, "10.1", True), (46.9, "47", True), (24.205, "24.2", True), (8.5, "8.4", False), (39.6, "40.0", False)],
)
def test_a_release_agrees_where_it_rounds_to_what_is_printed(con, held, value, agrees):
    hold(con, "SI_POV_DAY1", "2022-07-10", 2015, held)
    row = printed(con, value=value)
    assert (row["agrees_with_release"], row["compared_value"], row["why_not_compared"]) == (agrees, held, None)


def test_a_report_is_compared_with_the_release_of_its_own_time(con):
    hold(con, "SI_POV_DAY1", "2022-03-01", 2015, 1)
    hold(con, "SI_POV_DAY1", "2022-07-10", 2015, 2)
    hold(con, "SI_POV_DAY1", "2022-12-20", 2015, 3)
    hold(con, "SI_POV_DAY1", "2023-12-17", 2015, 4)
    assert printed(con)["compared_release"] == "2022-07-10"
    # of 2023 there is only one that is younger than the report; of 2024 there is none
    assert printed(con, report="2023")["compared_release"] == "2023-12-17"
    row = printed(con, report="2024")
    assert (row["agrees_with_release"], row["latest_value"]) == (None, 4)
    assert row["why_not_compared"] == "no whole release of 2024 with SI_POV_DAY1 is loaded"


def test_a_partial_release_is_not_compared(con):
    hold(con, "SI_POV_DAY1", "2022-03-01", 2015, 10.1)
    hold(con, "SI_POV_DAY1", "2022-07-10", 2015, 99, partial=True)
    assert printed(con)["compared_release"] == "2022-03-01"


def test_dimensions_pick_the_row_and_a_code_of_the_whole_is_none(con):
    youth = {"age": "15-24"}
    hold(con, "SL_TLF_NEET", "2022-07-10", 2020, 23.34, sex="total", **youth)
    hold(con, "SL_TLF_NEET", "2022-07-10", 2020, 31.47, sex="FEMALE", is_total=False, breakdown="F", **youth)
    hold(con, "SL_TLF_NEET", "2022-07-10", 2020, 15.7, sex="MALE", is_total=False, breakdown="M", **youth)
    both = printed(con, "SL_TLF_NEET", year=2020, value="23.3", dimensions="age=15-24")
    women = printed(con, "SL_TLF_NEET", year=2020, value="31.5", dimensions="sex=FEMALE;age=15-24")
    assert (both["compared_value"], both["breakdown"]) == (23.34, "")
    assert (women["compared_value"], women["breakdown"]) == (31.47, "sex=FEMALE")


def test_a_value_at_another_poverty_line_is_not_compared(con):
    hold(con, "SI_POV_DAY1", "2022-07-10", 2015, 10.1, definition="$1.90 a day (2011 PPP)")
    same = printed(con, definition="$1.90 a day (2011 PPP)")
    other = printed(con, definition="$2.15 a day (2017 PPP)")
    assert (same["agrees_with_release"], same["is_other_definition"]) == (True, False)
    assert (other["agrees_with_release"], other["is_other_definition"]) == (None, True)
    assert other["why_not_compared"] == "2022-07-10 is of another definition: $1.90 a day (2011 PPP)"


def test_a_number_of_countries_is_compared_with_those_above_0_up_to_the_year(con):
    for area, year, value in (("004", 2014, 5), ("050", 2015, 20), ("356", 2015, 0), ("076", 2016, 1)):
        hold(con, "SG_DSR_SILS", "2022-07-10", year, value, area_code=area)
    countries = {"measure": "countries with a value above 0", "unit": "countries"}
    row = printed(con, "SG_DSR_SILS", value="2", **countries)
    assert (row["agrees_with_release"], row["compared_value"], row["is_newer_than_release"]) == (True, 2, False)
    later = printed(con, "SG_DSR_SILS", year=2024, value="110", **countries)
    assert (later["why_not_compared"], later["is_newer_than_release"]) == ("2022-07-10 ends at 2016", True)


def test_an_estimate_is_of_no_release_and_newer_only_after_its_last_year(con):
    hold(con, "SI_POV_DAY1", "2022-07-10", 2018, 8.6)
    row = printed(con, year=2025, value="9.9", measure="estimate")
    assert row["why_not_compared"] == "an estimate of the report: no release holds it"
    assert row["is_newer_than_release"] and not printed(con, year=2018, value="8.6")["is_newer_than_release"]


def test_a_known_difference_does_not_fail_the_audit_and_an_unknown_one_does(con):
    hold(con, "SI_POV_DAY1", "2022-07-10", 2019, 8.5)
    audit = model(SQL / "audits" / "printed_figures_agree.sql")
    found = []
    for known in ("", "the chart beside it prints 8.5"):
        printed(con, year=2019, value="8.4", known_difference=known)
        con.execute(f"create or replace view evidence.published_figure as {model_sql('published_figure')}")
        found.append(len(con.execute(audit).fetchall()))
    assert found == [1, 0]


def test_the_list_is_whole():
    with PRINTED_FIGURES_CSV.open(encoding="utf-8", newline="") as lines:
        figures = list(csv.DictReader(lines))
    with PRINTED_REPORTS_CSV.open(encoding="utf-8", newline="") as lines:
        reports = {row["report"]: row for row in csv.DictReader(lines)}
    measures = next(one for one in tables()["evidence.published_figure"].columns if one.name == "measure").allowed
    assert len(figures) == 88 and {one["report"] for one in figures} == set(reports)
    assert {one["measure"] for one in figures} == set(measures)
    faults = [one for one in figures if not one["statement"] or one["value"] not in one["statement"]]
    assert faults == [] and all(one["terms"] and one["text_from"] for one in reports.values())
