"""Local evidence: poverty as governments state it, and what their sites report. Rows in, rows out.

The areas are those of `evidence_helpers`: the World has four countries with an ISO code
(004, 050, 356, 076); region 062 three of them (004, 050, 356); the LDC group 199 two (004, 050).
"""

from __future__ import annotations

import pytest
from evidence_helpers import insert, run_model, warehouse_with_areas
from local_evidence_helpers import PARTS, POOR, SITE, government, here, indicator, reviews, sites, there

from localsdg.registry.evidence import metrics


def test_local_poverty_states_line_count_and_match():
    con = warehouse_with_areas()
    government(con, "town")
    government(con, "nowhere", area_code=None)  # a metric's rows are places
    indicator(con, "town", "1.2.1", {"year": 2015, "value": 12.5, **POOR})
    indicator(
        con, "town", "1.1.1", {"year": 2015, "value": 5, "value_status": "censored", "censoring": "<"}, match="proxy"
    )
    indicator(con, "town", "1.5.1", {"year": 2015, "value": 3})
    indicator(con, "town", "1.3.1", {"year": 2015, "value": 3}, exclusion_rule="OSDG-X01")
    indicator(con, "nowhere", "1.2.1", {"year": 2015, "value": 1})
    assert run_model(
        con,
        "c03_local_poverty",
        "area_code, local_government_id, year, breakdown, value, censoring, n_areas, basis, release",
    ) == [
        (
            "004",
            "town",
            2015,
            "indicator=1.1.1; match=proxy; site=town/1-1-1; threshold=not stated; counts=not stated; unit=PERCENT",
            5.0,
            "<",
            1,
            "published",
            "town@2026-11-01",
        ),
        (
            "004",
            "town",
            2015,
            "indicator=1.2.1; match=official; site=town/1-2-1; threshold=national; counts=persons; unit=PERCENT",
            12.5,
            None,
            1,
            "published",
            "town@2026-11-01",
        ),
    ]


def test_indicators_reported_of_the_official_list():
    # 1.1.1 and 1.2.1 of 5; of 4 in Goal 1; none in Goal 2
    kind = ("official indicators", None)
    assert run_model(sites(), "c05_indicators_reported", PARTS) == [
        ("001", 2026, "", 2.0, 2, 5, *kind),
        ("001", 2026, "goal=1", 2.0, 2, 4, *kind),
        ("001", 2026, "goal=2", 0.0, 0, 1, *kind),
    ]
    # the newest pull is that of city, although town comes last by name
    assert run_model(sites(), "c05_indicators_reported", "distinct release") == [
        ("3 local governments, newest pull 2026-12-24",)
    ]


def test_governments_per_indicator_of_all_with_a_site():
    # town alone; town and city (two files, one government), of three governments
    assert run_model(sites(), "c05_governments_per_indicator", PARTS) == [
        ("001", 2026, "indicator=1.1.1", 1.0, 1, 3, "local governments", None),
        ("001", 2026, "indicator=1.2.1", 2.0, 2, 3, "local governments", None),
    ]


def test_years_of_data_are_those_of_the_longest_series():
    con = sites()
    more = [{"year": year, "value": 1, "is_headline": False} for year in (2011, 2013)]
    indicator(con, "hill", "1.2.1", *more, more[0])
    # 1.1.1: town's one year; 1.2.1: hill's two years, the same year twice counted once
    # a number of years is no part of a whole
    assert run_model(con, "c05_years_of_data", PARTS) == [
        ("001", 2026, "indicator=1.1.1", 1.0, 1, None, None, None),
        ("001", 2026, "indicator=1.2.1", 2.0, 3, None, None, None),
    ]


def test_published_by_the_un_alone_by_local_governments_alone_and_by_both():
    con = sites()
    # no observation of any of them: what is not loaded is not absent from the UN's lists
    for series, code in (("A", "1.1.1"), ("B", "2.1.1"), ("C", "1.3.1")):
        insert(con, "core.series_indicator", [{"series_code": series, "indicator_code": code, "list_release": "r"}])
    rows = run_model(con, "c05_published_apart", "breakdown, value, n_total")
    assert run_model(con, "c05_published_apart", "distinct denominator, coverage_pct") == [
        ("official indicators", None)
    ]
    # of the five: 2.1.1 and 1.3.1 are the UN's alone, 1.2.1 the local governments' alone, 1.1.1 both
    assert [row for row in rows if "goal" not in row[0]] == [
        ("side=UN alone", 2.0, 5),
        ("side=both", 1.0, 5),
        ("side=local alone", 1.0, 5),
    ]
    assert dict(row[:2] for row in rows if "goal" in row[0]) == {
        "side=UN alone; goal=1": 1.0,
        "side=UN alone; goal=2": 1.0,
        "side=local alone; goal=1": 1.0,
        "side=local alone; goal=2": 0.0,
    }


def test_completeness_keeps_its_counts_apart():
    rows = run_model(sites(), "c05_completeness", "local_government_id, breakdown, value, year")
    words = {
        "called complete by the site": 0,
        "official indicators with own numbers": 1,
        "placeholders thrown out": 2,
        "of these, title not compared": 3,
    }
    found = {}
    for name, breakdown, value, year in rows:
        measure, site = breakdown.split("; ")
        assert (site, year) == (f"site={name}", 2026)
        found.setdefault(name, [None] * 4)[words[measure.removeprefix("measure=")]] = value
    # town: three complete, one of them the nation's; hill: its complete one is a placeholder
    assert found == {"town": [3, 2, 0, 0], "city": [0, 1, 0, 0], "hill": [1, 0, 1, 0]}


def test_a_title_that_could_not_be_compared_counts_and_is_counted_apart():
    con = sites()
    con.execute("update core.local_indicator set match = 'official, title not compared' where site_id = 'town'")
    rows = dict(run_model(con, "c05_completeness", "breakdown, value"))
    assert rows["measure=official indicators with own numbers; site=town"] == 2
    assert rows["measure=of these, title not compared; site=town"] == 2
    governments = run_model(con, "c05_governments_per_indicator", PARTS)
    assert governments == run_model(sites(), "c05_governments_per_indicator", PARTS)


LOCAL_METRICS = [name for name, one in metrics().items() if one.claim_id in ("C03", "C04", "C05")]


@pytest.mark.parametrize("name", [*LOCAL_METRICS, "local_vs_national"])
def test_no_local_data_gives_no_rows(name):
    found = run_model(warehouse_with_areas(), name, "year")
    assert bool(found) is (name == "c04_published_counts")


@pytest.mark.parametrize("name", LOCAL_METRICS)
def test_rows_are_unique_places_with_their_caveat(name):
    con = reviews() if name.startswith("c04") else sites()
    if name == "c03_local_beside_nation":
        indicator(con, "hill", "1.2.1", here(16.7), there(22.13))
    if name == "c05_local_targets":
        target = {"target_kind": "target value", "sequence": 1, "year": 2030, "value": 5.0, "unit": "PERCENT"}
        insert(con, "core.local_target", [{"local_indicator_id": "1-2-1", **SITE, **target}])
    con.execute("update core.local_observation set is_headline = true")
    key = "area_code, local_government_id, year, breakdown"
    rows = run_model(con, name, f"{key}, release, caveat")
    assert rows and len({row[:4] for row in rows}) == len(rows)
    assert {row[5] for row in rows} == {metrics()[name].caveat}
    assert all(row[0] and row[2] and row[3] is not None and row[4] for row in rows)
