"""Local targets against their own trend: which rows a target is judged by, in which unit, which way, and why not."""

from __future__ import annotations

import pytest
from evidence_helpers import empty_warehouse, insert, run_model

ON_TRACK, REGRESSION, NOT_ASSESSED = "on track or target met", "regression", "not assessed"
SITE = {"local_government_id": "town", "site_id": "town", "release": "town@2024-05-01", "snapshot_sha256": "0" * 64}
#: Falls from 10 to 8 in five years: 8 * 0.8 ** 2 = 5.12 in 2030.
FALLING = {2015: 10.0, 2020: 8.0}


def row(year: int, value: float, **facts) -> dict:
    """One row of a file of the town: its headline unless it has a dimension or says otherwise."""
    dimensions = facts.get("dimensions", {})
    return {
        **SITE,
        "local_indicator_id": "1-2-1",
        "year": year,
        "value": value,
        "value_status": "number",
        "unit": "PERCENT",
        "reference_area_kind": "own",
        "reference_area_name": "Town",
        "is_headline": not dimensions,
        **facts,
        "dimensions": dimensions,
    }


def judged(targets: list[dict], rows: list[dict], columns: str, **indicator) -> list[tuple]:
    """What the model says of the targets of one indicator with these rows."""
    con = empty_warehouse()
    insert(con, "core.local_government", [{"local_government_id": "town", "name": "Town", "area_code": "724"}])
    facts = {**SITE, "local_indicator_id": "1-2-1", "title": "Poverty", "match": "official", "unit": "PERCENT"}
    insert(con, "core.local_indicator", [{**facts, **indicator}])
    for number, target in enumerate(targets, 1):
        stated = {"target_kind": "target value", "sequence": number, "year": 2030, "unit": "PERCENT"}
        insert(con, "core.local_target", [{**SITE, "local_indicator_id": "1-2-1", **stated, **target}])
    for number, one in enumerate(rows, 1):
        insert(con, "core.local_observation", [{"row_number": number, **one}])
    if indicator.get("indicator_code"):
        insert(con, "core.series", [{"series_code": "S", "direction": "down", "unit": "PERCENT"}])
        insert(con, "core.series_indicator", [{"series_code": "S", "indicator_code": indicator["indicator_code"]}])
    return run_model(con, "local_progress", columns, order_by="sequence")


def series(values: dict, **facts) -> list[dict]:
    return [row(year, value, **facts) for year, value in values.items()]


def test_a_target_is_judged_as_a_un_series_is() -> None:
    ((status, projected, covered, required),) = judged(
        [{"value": 5.0, "direction": "down"}],
        series(FALLING),
        "status, round(projected_value, 6), round(way_covered, 6), round(required_change_points, 6)",
    )
    assert (status, projected, covered, required) == (ON_TRACK, 5.12, 0.976, -0.3)


@pytest.mark.parametrize(
    ("direction", "values", "found"),
    [
        # implied: from the baseline to the target
        (None, FALLING, ("down", "implied", ON_TRACK, False)),
        # 3 was met at the baseline; stated so it is kept or left, and unstated it is a way to go
        ("down", {2015: 2.0, 2020: 2.5}, ("down", "stated", ON_TRACK, True)),
        ("down", {2015: 2.0, 2020: 7.0}, ("down", "stated", REGRESSION, True)),
        # further beyond the target than it was away from it: for parity that is no success
        (None, {2015: 4.9, 2020: 9.0}, (None, "implied", NOT_ASSESSED, False)),
    ],
)
def test_the_direction_is_stated_or_implied(direction, values, found) -> None:
    target = {"value": 5.0, "direction": direction}
    columns = "if(status = 'not assessed', null, direction), direction_basis, status, is_met_at_baseline"
    assert judged([target], series(values), columns) == [found]


def test_the_uns_direction_is_that_of_an_official_indicator_alone() -> None:
    for match, basis in (("official, title not compared", "UN series"), ("proxy", "implied")):
        found = judged(
            [{"value": 5.0}], series(FALLING), "direction, direction_basis", match=match, indicator_code="1.2.1"
        )
        assert found == [("down", basis)]


def test_a_label_names_the_rows() -> None:
    rows = [
        *series(FALLING),
        *series({2015: 12.0, 2020: 11.0}, dimensions={"Sex": "Men"}),
        *series({2015: 99.0, 2020: 99.0}, dimensions={"Sex": "Men", "Age": "65+"}),
        *series({2015: 30.0, 2020: 20.0}, dimensions={"Threshold": "40% median", "Area": "Town"}),
        *series({2015: 7.0, 2020: 6.0}, dimensions={"Area": "Region"}, reference_area_kind="regional"),
    ]
    labels = [None, "town", "men", "threshold 40%", "region"]
    targets = [{"value": 5.0, "label_subject": label, "direction": "down"} for label in labels]
    assert judged(targets, rows, "rows_basis, latest_value, status = 'not assessed'") == [
        ("headline", 8.0, False),
        ("headline", 8.0, False),
        ("group of the label", 11.0, False),
        ("group of the label", 20.0, False),
        (None, None, True),
    ]


def test_a_series_is_named_or_not_judged() -> None:
    rows = [*series(FALLING, series="food line"), *series({2015: 30.0, 2020: 20.0}, series="upper line")]
    targets = [{"value": 5.0, "direction": "down"}, {"value": 9.0, "label_subject": "upper line", "direction": "down"}]
    assert judged(targets, rows, "rows_basis, latest_value, reason") == [
        ("headline", None, "several series, and the label names none of them"),
        ("series of the label", 20.0, None),
    ]


@pytest.mark.parametrize(
    ("target_unit", "unit", "basis"),
    [
        ("PERCENT", "PERCENT", "same unit"),
        ("Rate per 100,000", "Rate per 100.000", "same unit"),
        ("Average", "Mean", "drawn with the values"),
        ("Index", "PERCENT", None),
        ("NOT STATED", "NOT STATED", None),
        ("Average", "NOT STATED", None),
    ],
)
def test_a_target_is_in_the_unit_of_its_values(target_unit, unit, basis) -> None:
    target = {"value": 5.0, "direction": "down", "unit": target_unit}
    found = judged([target], series(FALLING, unit=unit), "target_unit_basis, status = 'not assessed'")
    assert found == [(basis, basis is None)]


@pytest.mark.parametrize(
    ("target", "rows", "indicator", "reason"),
    [
        ({"value": 50.0}, series({2015: 0.3, 2020: 0.4}), {}, "0 to 1"),
        ({"value": 5.0}, series(FALLING), {"title": "Annual growth rate of wages"}, "growth rate"),
        ({"value": 5.0}, [], {}, "no value of its own area"),
        ({"value": 5.0}, series(FALLING, is_headline=False), {}, "no headline value"),
        ({"value": 5.0}, series(FALLING), {"exclusion_rule": "OSDG-P01"}, "set aside: OSDG-P01"),
        ({"value": 5.0}, series({2019: 10.0, 2020: 8.0}), {}, "less than 3 years apart"),
        ({"value": 5.0}, series({2020: 10.0, 2025: 4.0}), {}, "only one value"),
        (
            {"value": 5.0},
            [*series(FALLING), *series(FALLING, reference_area_kind="part", is_headline=False)],
            {"title": "Gap between districts"},
            "a difference between parts",
        ),
    ],
)
def test_what_cannot_be_judged_has_its_reason(target, rows, indicator, reason) -> None:
    ((found, status),) = judged([{"direction": "down", **target}], rows, "reason, status", **indicator)
    assert reason in found and status in (NOT_ASSESSED, "insufficient data")


def test_a_per_cent_does_not_lead_beyond_its_whole() -> None:
    found = judged(
        [{"value": 90.0, "direction": "up"}], series({2015: 60.0, 2020: 80.0}), "projected_value, is_projection_clipped"
    )
    assert found == [(100.0, True)]
