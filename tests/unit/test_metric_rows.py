"""What the build adds to a metric's rows, and what a metric without a value says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from evidence_helpers import empty_warehouse, insert, model_sql, observe, warehouse_with_areas

from localsdg.common.errors import LocalsdgError
from localsdg.registry.breakdowns import breakdown_label
from localsdg.registry.evidence import metrics
from localsdg.registry.tables import create_table_sql, tables
from localsdg.warehouse.metric_rows import completed, metric_facts, with_coverage

METRIC = replace(
    metrics()["c01_extreme_poverty"],
    metric_id="m",
    series_codes=("S1",),
    caveat="Mind it's ours.",
)
LEAST = "select '004' as area_code, 2015 as year, 1 as value, 'r' as release"


def rows(select: str) -> list[dict]:
    con = empty_warehouse()
    found = con.execute(completed(con, select, METRIC))
    names = [one[0] for one in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def test_what_a_model_leaves_out_is_filled_in():
    # the headline is a matter of all years together: it is marked in the finished file
    marked = {"metric_id", "is_headline_year", "strength", "as_of"}
    declared = [one.name for one in tables()["evidence.metric_value"].columns if one.name not in marked]
    given = {
        "area_code": "004",
        "year": 2015,
        "value": 1.0,
        "release": "r",
        "breakdown": "",
        "dimensions": {},
        "basis": "published",
        "caveat": "Mind it's ours.",
    }
    assert rows(LEAST) == [dict.fromkeys(declared) | given]


def test_what_a_model_gives_stays():
    given = {
        "basis": "computed",
        "caveat": "Other.",
        "n_areas": 3,
        "n_total": 6,
        "denominator": "targets",
        "lower_bound": 0.5,
        "censoring": "<",
        "local_government_id": "g",
    }
    words = ", ".join(f"{value!r} as {name}" for name, value in given.items())
    [row] = rows(f"{LEAST}, {words}")
    assert given.items() <= row.items()


def test_a_row_whose_basis_or_caveat_is_null_has_the_metrics():
    [row] = rows(
        f"{LEAST}, cast(null as varchar) as caveat, cast(null as varchar) as basis, "
        "cast(null as map(varchar, varchar)) as dimensions"
    )
    assert (row["caveat"], row["basis"], row["dimensions"]) == (METRIC.caveat, "published", {})


@pytest.mark.parametrize(
    ("sql", "dimensions"),
    [
        ("cast(map {} as map(varchar, varchar))", {}),
        ("map {'unit': 'kg; per = m²', 'a': 'x=1; y=2'}", {"unit": "kg; per = m²", "a": "x=1; y=2"}),
        ("map {'links': cast(null as varchar), 'partner': 'academia'}", {"partner": "academia"}),
        ("map {'only': cast(null as varchar)}", {}),
    ],
)
def test_the_label_follows_from_the_dimensions_in_their_order(sql, dimensions):
    """A dimension without a value is none of the row's; ; and = in a value stay in the map."""
    [row] = rows(f"{LEAST}, {sql} as dimensions")
    assert list(row["dimensions"].items()) == list(dimensions.items())
    assert row["breakdown"] == breakdown_label(dimensions)


def test_the_label_is_the_same_in_sql_and_in_python():
    con = empty_warehouse()
    for dimensions in ({}, {"b": "1", "a": "x=1; y=2"}, {"unit": "µg/m³ ; per year"}):
        [(label,)] = con.execute("select breakdown_label(cast(? as map(varchar, varchar)))", [dimensions]).fetchall()
        assert label == breakdown_label(dimensions)


# ------------------------------------------------------------------ what a row rests on
def rests_on(given: str) -> tuple:
    """n_areas, n_total, denominator and coverage of one row of the World."""
    con = warehouse_with_areas()
    select = f"select '001' as area_code, 2015 as year, 1 as value, 'r' as release{given}"
    sql = with_coverage(completed(con, select, METRIC), model_sql("coverage"))
    [row] = con.execute(f"select n_areas, n_total, denominator, coverage_pct from ({sql})").fetchall()
    return row


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("", (None, None, None, None)),
        (", 3 as n_areas, 4 as n_total", (3, 4, "countries", 75.0)),
        (", 3 as n_areas, 4 as n_total, 'countries' as denominator", (3, 4, "countries", 75.0)),
        (", 3 as n_areas, 4 as n_total, 'actions' as denominator", (3, 4, "actions", None)),
        (", 4 as n_total, 'targets' as denominator", (None, 4, "targets", None)),
        (", 3 as n_areas", (3, None, None, None)),
    ],
)
def test_coverage_is_a_share_of_countries_and_of_nothing_else(given, found):
    assert rests_on(given) == found


@pytest.mark.parametrize(
    ("select", "name"),
    [
        (f"{LEAST}, 1 as inhabitants", "inhabitants"),
        (f"{LEAST}, 'sex=FEMALE' as breakdown", "breakdown"),
        (f"{LEAST}, 50 as coverage_pct", "coverage_pct"),
        ("select '004' as area_code, 2015 as year, 1 as value", "release"),
    ],
)
def test_other_columns_are_an_error(select, name):
    with pytest.raises(LocalsdgError, match="other columns") as raised:
        completed(empty_warehouse(), select, METRIC)
    assert (name in raised.value.got) is not (name in raised.value.expected)


# ------------------------------------------------------------------ status and reason
def facts(*observed: tuple[str, int, object], codes=("S1",), needs=None, values=()) -> tuple:
    """Status and reason of a metric with observations (series, year, text) and values of its own."""
    con = empty_warehouse()
    con.execute(create_table_sql(tables()["evidence.metric_value"]))
    insert(con, "evidence.metric_value", [{"metric_id": "m", "value": one} for one in values])
    for code, year, raw in observed:
        observe(con, code, {"year": year, "raw": raw})
    found = metric_facts(con, replace(METRIC, series_codes=codes, needs=needs))
    assert set(found) == set(tables()["evidence.metric"].column_names)
    return found["status"], found["reason"]


def test_a_metric_with_a_value_is_ok():
    assert facts(values=[None, 0.0]) == ("ok", None)


@pytest.mark.parametrize(
    ("observed", "codes", "needs", "reason"),
    [
        ([], ("S1", "S2"), None, "no observation of S1, S2 in the data available"),
        (
            [("S1", 2015, "NA"), ("S1", 2016, "NA")],
            ("S1",),
            None,
            "none of the 2 observations of S1 in 2020-10-19 has a value",
        ),
        (
            [("S1", 2015, 1), ("S1", 2018, 2), ("S1", 2019, "NA")],
            ("S1",),
            None,
            "no value that the metric can use, of those available (S1 2015 to 2018)",
        ),
        (
            [("S1", 2015, "<1")],
            ("S2", "S1"),
            "a value after 2020",
            "no observation of S2 in the data available; no value that the metric can use, of those available "
            "(S1 2015 to 2015); it needs a value after 2020",
        ),
        ([], (), None, "no value of local governments in the data available"),
        ([], (), "a map", "no value of local governments in the data available; it needs a map"),
    ],
)
def test_a_metric_without_a_value_says_why(observed, codes, needs, reason):
    assert facts(*observed, codes=codes, needs=needs) == ("no data", reason)


def test_rows_without_a_value_are_no_data():
    assert facts(("S1", 2015, "NA"), values=[None])[0] == "no data"
