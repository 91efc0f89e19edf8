"""A metric that only selects series is an entry and a template."""

from __future__ import annotations

from dataclasses import replace

import pytest
from evidence_helpers import SQL, observe, warehouse_with_areas

from localsdg.common.errors import LocalsdgError
from localsdg.registry.evidence import Metric, metrics
from localsdg.warehouse.models import load_models
from localsdg.warehouse.templates import expanded, metric_file, metric_select

METRIC = Metric("c99_x", "C99", "X", "PERCENT", "X.", "Mind it.", ("A", "B"), template="one_series")
LABELLED = replace(METRIC, series={"A": "one", "B": "two"}, label="side", template="labelled_series")


@pytest.fixture
def con():
    con = warehouse_with_areas()
    women = {"sex": "FEMALE", "is_total": False}
    old = {"age": "<18Y", "is_total": False}
    observe(con, "A", {"year": 2015, "raw": 1}, {"year": 2015, "raw": 2, **women}, {"year": 2015, "raw": 3, **old})
    observe(con, "B", {"year": 2016, "raw": "<4"})
    observe(con, "C", {"year": 2015, "raw": 9})
    return con


def rows(con, metric) -> list[tuple]:
    select = metric_select(SQL, metric)
    return con.execute(
        f"select year, breakdown_label(dimensions), value, censoring from ({select}) order by all"
    ).fetchall()


@pytest.mark.parametrize(
    ("breakdowns", "labels"),
    [(None, ["", "age=<18Y", "sex=FEMALE", ""]), ((), ["", ""]), (("sex",), ["", "sex=FEMALE", ""])],
)
def test_one_series_has_the_total_and_the_declared_breakdowns(con, breakdowns, labels) -> None:
    assert [row[1] for row in rows(con, replace(METRIC, breakdowns=breakdowns))] == labels


def test_labelled_series_have_their_label_first(con) -> None:
    assert rows(con, LABELLED) == [
        (2015, "side=one", 1.0, None),
        (2015, "side=one; age=<18Y", 3.0, None),
        (2015, "side=one; sex=FEMALE", 2.0, None),
        (2016, "side=two", 4.0, "<"),
    ]


def test_a_template_shows_what_ran_and_why() -> None:
    select = metric_select(SQL, replace(METRIC, why="Because."))
    assert select.startswith("-- name: c99_x\n-- why: Because.\n-- template one_series:")
    assert "where series_code in ['A', 'B']" in select


@pytest.mark.parametrize(
    ("metric", "message"),
    [
        (replace(METRIC, template="none"), "no such template in c99_x .* one_series.* got none"),
        (replace(METRIC, template=None), "a metric has no SQL in c99_x"),
        (replace(metrics()["c09_care"], template="one_series"), "a metric has two SELECTs in c09_care"),
        (replace(LABELLED, template="one_series"), "one_series does not take .* got series, label"),
        (replace(METRIC, breakdowns=("sex",), template="sum_over_countries"), "got breakdowns"),
    ],
)
def test_a_declaration_that_does_not_fit_is_an_error(metric, message) -> None:
    with pytest.raises(LocalsdgError, match=message):
        metric_select(SQL, metric)


def test_every_metric_has_a_model_and_every_template_a_metric() -> None:
    models = {one.target: one for one in load_models(SQL)}
    for metric in metrics().values():
        model = models[f"evidence.{metric.metric_id}"]
        assert (model.path, model.select) == (metric_file(SQL, metric), metric_select(SQL, metric))
    used = {one.template for one in metrics().values()} - {None}
    assert {path.stem for path in (SQL / "evidence" / "templates").glob("*.sql")} == used


def test_a_shared_select_is_put_in_as_text() -> None:
    select = metric_select(SQL, metrics()["c05_years_of_data"])
    assert "cross join (\n    select\n        max(cast(regexp_extract(release" in select
    with pytest.raises(LocalsdgError, match="no such shared SELECT .* local_pull.* got none"):
        expanded(SQL, "from ($shared_none) as x")


def test_every_shared_select_is_used() -> None:
    texts = "".join(path.read_text(encoding="utf-8") for path in (SQL / "evidence").glob("*.sql"))
    assert all(f"$shared_{path.stem})" in texts for path in (SQL / "evidence" / "shared").glob("*.sql"))
