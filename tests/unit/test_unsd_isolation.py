"""UN files with one wrong thing in them: it is set aside and named, and the rest is staged."""

from __future__ import annotations

import pytest
from replay_bodies import record
from unsd_helpers import File, aside, csv_file, page_file, staged, values

from localsdg.common.context import RunContext
from localsdg.common.settings import Settings
from localsdg.staging.ledger import read_loads, read_set_aside
from localsdg.staging.official import conflicts as unsd_conflicts
from localsdg.staging.official import observations as official

UNIT = {"Nature": "G", "Units": "PERCENT"}


def rejects(con) -> list[tuple]:
    return con.execute("select file_name, rule_id, row_key, detail from audit.reject order by all").fetchall()


# ------------------------------------------------------------------ new columns


def roofs(*codes: str, value: str | None = None, **more: str) -> list[dict]:
    """A row for each code of a column that the registry does not know."""
    return [record(value=value or str(n), dimensions={"Roof colour": code, **more}) for n, code in enumerate(codes, 1)]


def columns(con) -> list[tuple]:
    return con.execute(
        "select release, column_name, column_kind, column_basis, n_rows from staging.source_column order by all"
    ).fetchall()


def test_a_new_column_that_tells_rows_apart_is_a_dimension(tmp_path) -> None:
    con = staged(tmp_path, {"2024-01": [csv_file("a.csv", roofs("", "red", "blue"))]})
    assert values(con, "value, breakdown, is_total, dimensions") == [
        (1.0, "", True, {}),
        (2.0, "roof_colour=red", False, {"roof_colour": "red"}),
        (3.0, "roof_colour=blue", False, {"roof_colour": "blue"}),
    ]
    assert columns(con) == [("2024-01", "roof_colour", "dimension", "rows", 2)]
    assert aside(con) == []


def test_a_new_column_that_tells_no_rows_apart_is_an_attribute(tmp_path) -> None:
    rows = [record(area=n, dimensions={"Quality": f"grade {n}"}) for n in (4, 8)]
    con = staged(tmp_path, {"2024-01": [csv_file("a.csv", rows)]})
    assert values(con, "area_code, is_total, breakdown, published_attributes") == [
        ("004", True, "", "quality=grade 4"),
        ("008", True, "", "quality=grade 8"),
    ]
    assert columns(con) == [("2024-01", "quality", "attribute", "rows", 2)]


def test_rows_that_repeat_under_each_indicator_make_no_dimension(tmp_path) -> None:
    rows = [record(indicators=("1.5.4", "13.1.3"), dimensions={"Quality": "good"})]
    con = staged(tmp_path, {"2024-01": [csv_file("a.csv", rows)]})
    assert columns(con) == [("2024-01", "quality", "attribute", "rows", 2)]
    assert len(values(con)) == 1


def test_a_blank_column_is_nothing(tmp_path) -> None:
    con = staged(tmp_path, {"2024-01": [csv_file("a.csv", roofs("", value="1"))]})
    assert columns(con) == []


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_release_is_decided_as_a_whole(order, tmp_path) -> None:
    files = [
        csv_file("a.csv", roofs("red", "blue")),
        csv_file("b.csv", [record(area=4, dimensions={"Roof colour": "red"})]),
    ]
    con = staged(tmp_path, {"2024-01": [files[n] for n in order]})
    assert values(con, "area_code, breakdown") == [
        ("004", "roof_colour=red"),
        ("724", "roof_colour=blue"),
        ("724", "roof_colour=red"),
    ]
    assert columns(con) == [("2024-01", "roof_colour", "dimension", "rows", 3)]


def test_a_column_split_over_two_files_is_a_dimension_where_values_differ(tmp_path) -> None:
    red, blue = roofs("red", "blue")
    con = staged(tmp_path, {"2024-01": [csv_file("a.csv", [red]), csv_file("b.csv", [blue])]})
    assert [kind for _, _, kind, *_ in columns(con)] == ["dimension"]
    assert aside(con) == []


def test_an_accepted_column_is_a_dimension_whatever_the_rows_say(tmp_path) -> None:
    files = [
        csv_file("a.csv", [record(dimensions={"Roof colour": "red"})], accept_dimensions=["roof_colour"]),
        csv_file("b.csv", [record(area=4, dimensions={"Roof colour": "red"})]),
    ]
    con = staged(tmp_path, {"2024-01": files})
    assert values(con, "area_code, breakdown") == [("004", "roof_colour=red"), ("724", "roof_colour=red")]


@pytest.mark.parametrize(("place", "kind"), [("dimensions", "dimension"), ("attributes", "attribute")])
def test_the_service_lists_decide_for_pages_and_for_the_csv_beside_them(place, kind, tmp_path) -> None:
    page = record(area=4) | {place: {"Roof colour": "red"}}
    page |= {"attributes": {**UNIT, **page["attributes"]}}
    files = [page_file("1.page.json", [page]), csv_file("b.csv", roofs("red"))]
    con = staged(tmp_path, {"2024-01": files})
    assert columns(con) == [("2024-01", "roof_colour", kind, "listed", 2)]
    assert [row[0] for row in values(con, "contains(breakdown, 'roof_colour')")] == [kind == "dimension"] * 2


def test_the_lists_of_the_envelope_decide_too(tmp_path) -> None:
    lists = {"dimensions": [{"id": "Roof colour", "codes": []}], "attributes": []}
    files = [page_file("1.page.json", [record(area=4)], **lists), csv_file("b.csv", roofs("red"))]
    con = staged(tmp_path, {"2024-01": files})
    assert columns(con) == [("2024-01", "roof_colour", "dimension", "listed", 1)]


# ------------------------------------------------------------------ unit multipliers


@pytest.mark.parametrize("name", ["UnitMultiplier", "Unit multiplier", "Unit_multiplier", "UNIT_MULT", "multiplier"])
@pytest.mark.parametrize("kind", ["csv", "json"])
def test_a_unit_multiplier_is_applied_under_every_name(name, kind, tmp_path) -> None:
    row = record(value="0.29", lowerBound="0.2", upperBound="1,000.5", attributes=UNIT | {name: "3"})
    file = csv_file("a.csv", [row]) if kind == "csv" else page_file("1.page.json", [row])
    con = staged(tmp_path, {"2024-01": [file]})
    assert values(con, "value, lower_bound, upper_bound, multiplier, value_raw, breakdown <> ''") == [
        (290.0, 200.0, 1000500.0, 1000.0, "0.29", True)
    ]


@pytest.mark.parametrize(
    ("code", "factor"),
    [
        ("0", 1),
        ("3", 1e3),
        ("6", 1e6),
        ("6.0", 1e6),
        ("-2", 0.01),
        ("Units", 1),
        ("Thousands", 1e3),
        ("MILLIONS", 1e6),
        ("billions", 1e9),
        ("", 1),
        ("NOTSPEC", 1),
    ],
)
def test_multipliers_as_codes_and_words(code, factor, tmp_path) -> None:
    row = record(value="<2.5", attributes=UNIT | {"UnitMultiplier": code})
    con = staged(tmp_path, {"2024-01": [csv_file("a.csv", [row])]})
    assert values(con, "value, censoring, multiplier") == [(2.5 * factor, "<", factor)]


def test_an_unknown_multiplier_is_a_reject_and_reported(tmp_path) -> None:
    rows = [record(attributes=UNIT | {"UnitMultiplier": "dozens"}), record(area=4)]
    con = staged(tmp_path, {"2024-01": [csv_file("a.csv", rows)]})
    assert [row[:2] for row in rejects(con)] == [("a.csv", "UNSD-R06")]
    assert [row[1] for row in values(con)] == ["004"]
    assert aside(con) == [("UNSD-R06", "value", "unit multiplier dozens")]


def test_rows_that_differ_in_the_multiplier_alone_are_one_observation(tmp_path) -> None:
    rows = [record(value="2.3", attributes=UNIT | {"UnitMultiplier": "6"}), record(value="2,300,000")]
    con = staged(tmp_path, {"2024-01": [csv_file("a.csv", rows)]})
    assert values(con) == [("SI_POV_DAY1", "724", 2015, 2_300_000.0)] and aside(con) == []


# ------------------------------------------------------------------ contradictions


def test_one_contradictory_key_goes_and_the_rest_stays(tmp_path) -> None:
    rows = [record(value="40.1"), record(value="39.2"), record(area=4, value="5")]
    con = staged(tmp_path, {"2024-01": [csv_file("a.csv", rows)]})
    assert values(con) == [("SI_POV_DAY1", "004", 2015, 5.0)]
    name = "SI_POV_DAY1 724 2015 age=total; sex=total"
    assert aside(con) == [("UNSD-K01", "key", name)]
    assert read_set_aside(con)[0].detail == "39.2 PERCENT in a.csv, 40.1 PERCENT in a.csv"
    assert [row[:3] for row in rejects(con)] == [("a.csv", "UNSD-K01", name)] * 2
    assert [(one.rows_in, one.rows_out, one.rows_rejected) for one in read_loads(con)] == [(3, 1, 2)]


@pytest.mark.parametrize(
    "other",
    [{"Age": "ALLAGE", "Sex": "BOTHSEX", "Reporting Type": "G"}, {"Age": "_T", "Sex": "_T", "Reporting Type": "G"}],
)
def test_files_that_contradict_each_other_in_any_spelling(other, tmp_path) -> None:
    files = [
        csv_file("a.csv", [record(value="1"), record(area=4)]),
        page_file("1.page.json", [record(value="2", dimensions=other)]),
    ]
    con = staged(tmp_path, {"2024-01": files})
    assert [row[1] for row in values(con)] == ["004"]
    assert read_set_aside(con)[0].detail == "1 PERCENT in a.csv, 2 PERCENT in 1.page.json"


def test_a_key_of_two_units_goes(tmp_path) -> None:
    rows = [record(area=n) for n in range(4, 40)]
    rows += [record(), record(attributes={"Nature": "G", "Units": "NUMBER"})]
    con = staged(tmp_path, {"2024-01": [csv_file("a.csv", rows)]})
    assert len(values(con)) == 36
    assert [rule for rule, *_ in aside(con)] == ["UNSD-K01"]


def test_a_unit_that_only_one_file_states_contradicts_nothing(tmp_path) -> None:
    files = [csv_file("a.csv", [record()]), csv_file("b.csv", [record(attributes={"Nature": "G"})])]
    con = staged(tmp_path, {"2024-01": files})
    assert values(con, "value, unit") == [(1.0, "PERCENT")]


def test_keys_beyond_twenty_are_counted(tmp_path) -> None:
    rows = [record(area=n, value=value) for n in range(100, 125) for value in ("1", "2")]
    con = staged(tmp_path, {"2024-01": [csv_file("a.csv", [*rows, record(area=4)])]})
    found = aside(con)
    assert len(found) == unsd_conflicts.NAMED + 1 and ("UNSD-K01", "key", "5 more") in found
    assert len(rejects(con)) == 50 and len(values(con)) == 1


def test_the_same_key_in_two_releases_is_no_contradiction(tmp_path) -> None:
    con = staged(
        tmp_path,
        {"2024-01": [csv_file("a.csv", [record(value="1")])], "2024-02": [csv_file("a.csv", [record(value="2")])]},
    )
    assert len(values(con)) == 2 and aside(con) == []


def test_rows_of_another_unit_than_the_rest_of_the_series_go(tmp_path) -> None:
    rows = [record(area=n) for n in range(4, 44)] + [record(attributes={"Nature": "G", "Units": "NUMBER"})]
    con = staged(tmp_path, {"2024-01": [csv_file("a.csv", rows)]})
    assert len(values(con)) == 40
    assert [(rule, kind) for rule, kind, _ in aside(con)] == [("UNSD-K03", "key")]


def test_a_series_of_two_units_goes_whole_where_neither_is_the_rule(tmp_path) -> None:
    rows = [
        record(area=n, attributes={"Nature": "G", "Units": unit}) for n, unit in enumerate(["PERCENT", "NUMBER"] * 3, 4)
    ]
    con = staged(tmp_path, {"2024-01": [csv_file("a.csv", [*rows, record("SI_COV_LMKT")])]})
    assert [row[0] for row in values(con)] == ["SI_COV_LMKT"]
    assert aside(con) == [("UNSD-K03", "series", "SI_POV_DAY1")]


@pytest.mark.parametrize(("second", "left"), [("1", 2), ("9", 1)])
def test_two_totals_of_one_area_and_year(second, left, tmp_path) -> None:
    rows = [record(value="1"), record(value=second, dimensions={}), record(area=4)]
    con = staged(tmp_path, {"2024-01": [csv_file("a.csv", rows)]})
    assert len(values(con)) == left
    assert {rule for rule, *_ in aside(con)} == {"UNSD-K02"}
    assert con.execute(
        "select count(*) from staging.observation_key as k join staging.observation as o on o.rowid = k.staged_row"
    ).fetchone() == (left,)


# ------------------------------------------------------------------ files


BAD_FILES = {
    "without a column": (File("bad.csv", "bulk_csv", b"SeriesCode,Value\nSI_POV_DAY1,1\n", {"rows": 1}), "UNSD-F01"),
    "a web page": (File("bad.csv", "bulk_csv", b"<html>no</html>", {}), "UNSD-F01"),
    "not UTF-8": (File("bad.csv", "bulk_csv", "Espa\xf1a".encode("latin-1"), {}), "UNSD-F01"),
    "no workbook": (File("bad.xlsx", "portal_xlsx", b"PK\x03\x04", {"rows": 1}), "UNSD-F01"),
    "no usable row": (csv_file("bad.csv", [record(value="")]), "UNSD-F02"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_cannot_be_used_is_set_aside(name, tmp_path) -> None:
    bad, rule = BAD_FILES[name]
    con = staged(tmp_path, {"2024-01": [csv_file("a.csv", [record()]), bad, csv_file("c.csv", [record(area=4)])]})
    assert aside(con) == [(rule, "file", bad.name)]
    assert len(values(con)) == 2


@pytest.mark.parametrize(
    ("extra", "limited"),
    [
        ({"areas": ["724"], "years": []}, True),
        ({"areas": [], "years": [2015]}, True),
        ({"areas": [], "years": []}, False),
        ({}, False),
    ],
)
def test_a_file_that_was_asked_for_in_part_is_known(extra, limited, tmp_path) -> None:
    con = staged(tmp_path, {"2024-01": [csv_file("a.csv", [record()], **extra)]})
    assert con.execute("select is_limited from staging.source_file").fetchall() == [(limited,)]


def test_a_file_of_which_many_values_are_no_numbers_is_set_aside(tmp_path) -> None:
    words = [record(area=n, value="about 5" if n < 30 else "5") for n in range(4, 104)]
    few = [record(area=n, value="about 5" if n < 10 else "5") for n in range(4, 104)]
    con = staged(tmp_path, {"2024-01": [csv_file("bad.csv", words)], "2024-02": [csv_file("few.csv", few)]})
    assert aside(con) == [("UNSD-F03", "file", "bad.csv")]
    assert len(values(con)) == 100 and len(rejects(con)) == 100


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"series": "poverty"}, "UNSD-R01"),
        ({"area": "1234567"}, "UNSD-R02"),
        ({"year": 2099}, "UNSD-R07"),
    ],
)
def test_a_row_that_would_block_everything_is_a_reject(changes, rule, tmp_path) -> None:
    con = staged(tmp_path, {"2024-01": [csv_file("a.csv", [record(area=4), record(**changes)])]})
    assert [row[1] for row in rejects(con)] == [rule] and len(values(con)) == 1


def test_control_characters_of_a_csv_are_taken_out_of_every_column(tmp_path) -> None:
    rows = [
        record(
            name="A\x02\x9fB",
            value="1\x0c",
            source="S\x7f",
            dimensions={"Sex": "BOTH\x1fSEX"},
            footnotes=["a\ufffeb\nc\td"],
            attributes={"Nature": "G\x01", "Units": "PER\x0bCENT"},
        )
    ]
    con = staged(tmp_path, {"2024-01": [csv_file("a.csv", rows)]})
    assert values(con, "area_name, value, source, sex, footnotes, nature, unit".replace("sex", "breakdown")) == [
        ("AB", 1.0, "S", "sex=total", "ab\nc\td", "G", "PERCENT")
    ]
    assert con.execute("select * from staging.cleaned_text").fetchall() == [("2024-01", "a.csv", 7)]


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ({"UnitMultiplier": "3"}, 2000.0),
        ({"Unit multiplier": "3"}, 2000.0),
        ({"UnitMultiplier": "3", "Unit multiplier": "3"}, 2000.0),
        ({"UnitMultiplier": "3", "Unit multiplier": None}, 2000.0),
        ({"UnitMultiplier": "3", "Unit multiplier": "6"}, None),
    ],
)
def test_two_spellings_of_the_multiplier_agree_or_reject_the_row(stated, expected, tmp_path) -> None:
    row = record(value="2")
    row["attributes"] = {**row["attributes"], **stated}
    other = record(area=4, value="1")
    other["attributes"] = {**other["attributes"], "UnitMultiplier": "0", "Unit multiplier": None}
    con = staged(tmp_path, {"2024-01": [page_file("p.page.json", [row, other])]})
    assert values(con, "value") == sorted([(1.0,)] + ([(expected,)] if expected else []))
    assert con.execute("select rule_id from audit.reject").fetchall() == ([] if expected else [("UNSD-R06",)])


def test_another_dataset_with_the_same_release_name_is_judged_alone(tmp_path) -> None:
    """Rows of two publishers under one release name neither contradict each other nor share a key."""
    con = staged(tmp_path, {"2024-01": [csv_file("a.csv", [record()])]})
    con.execute(
        "insert into staging.observation by name select 'national' as dataset_id, * exclude (dataset_id) "
        "replace (value + 1 as value, 'OTHER UNIT' as unit) from staging.observation"
    )
    con.execute(
        "insert into staging.source_file by name "
        "select 'national' as dataset_id, * exclude (dataset_id) from staging.source_file"
    )
    official.finish(RunContext(con, Settings(), "run"))
    assert aside(con) == []
    keys = con.execute("select count(*), bool_and(is_consistent) from staging.observation_key").fetchone()
    assert keys == (2, True)
