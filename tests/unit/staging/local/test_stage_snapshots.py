"""Snapshots of any platform, from what was read to the staging tables: balance, isolation, what all sites show."""

from __future__ import annotations

import duckdb
import pytest
from local_helpers import snapshot_content

from localsdg.common.context import RunContext
from localsdg.common.settings import Settings
from localsdg.staging import ledger
from localsdg.staging.local import match_sites
from localsdg.staging.local import stage as local
from localsdg.staging.local.snapshot_content import Archive, MetadataFault, StatedFacts

GOOD = "Year,Value\n2019,21.6\n2020,20.1\n"


@pytest.fixture
def context() -> RunContext:
    con = duckdb.connect()
    ledger.create_ledger(con)
    local.prepare(con)
    return RunContext(con, Settings(), "run")


def rows(context: RunContext, query: str) -> list[tuple]:
    return context.con.execute(query).fetchall()


def loads(context: RunContext) -> list[tuple[str, int, int, int]]:
    return [(load.release, load.rows_in, load.rows_out, load.rows_rejected) for load in ledger.read_loads(context.con)]


def test_rows_in_are_rows_out_and_rejects_of_each_archive(context) -> None:
    content = snapshot_content(
        {"1-1-1": "Year,Value,Sex\n2019,1\n2019,2,F,more\n2020,abc,\n", "2-1-1": "<html>", "3-1-1": GOOD},
        {"3-1-1": StatedFacts(reporting_status="notstarted")},
    )
    other = snapshot_content({"1-1-1": GOOD}, site_id="mereham")
    assert local.stage_snapshots(context, [content, other]) == {}
    assert loads(context) == [("weirford@2026-01-01", 6, 1, 5), ("mereham@2026-01-01", 2, 2, 0)]
    assert rows(context, "select rule_id, row_key, detail from audit.reject order by all") == [
        ("TAB-R01", "2-1-1.csv row 2", "starts with '<html>'"),
        ("TAB-R05", "1-1-1.csv row 3", "4 cells for 3 columns"),
        ("TAB-R06", "1-1-1.csv row 4 2020", "abc"),
        ("TAB-X01", "3-1-1.csv row 2", "reporting_status notstarted"),
        ("TAB-X01", "3-1-1.csv row 3", "reporting_status notstarted"),
    ]
    assert rows(
        context,
        "select site_id, local_indicator_id, exclusion_rule, n_rows, n_rows_rejected, n_headline "
        "from staging.local_indicator order by all",
    ) == [
        ("mereham", "1-1-1", None, 2, 0, 2),
        ("weirford", "1-1-1", None, 3, 2, 1),
        ("weirford", "2-1-1", "TAB-R01", 1, 1, 0),
        ("weirford", "3-1-1", "TAB-X01", 2, 2, 0),
    ]


def test_unit_and_basis_of_an_indicator_are_those_of_one_row(context) -> None:
    """Without a headline, what most rows have: most rows state a unit in the column here, but each another one."""
    body = "Year,Sex,Units,Value\n2019,F,,1\n2019,M,,2\n2019,X,Tonnes,3\n2019,Y,Litres,4\n2019,Z,Euro,5\n"
    content = snapshot_content({"7-2-1": body}, {"7-2-1": StatedFacts(unit="Percentage")})
    assert local.stage_snapshots(context, [content]) == {}
    assert rows(context, "select unit, unit_basis, n_headline from staging.local_indicator") == [
        ("PERCENT", "metadata", 0)
    ]
    assert rows(context, "select unit_basis, count(*) from staging.local_observation group by 1 order by 1") == [
        ("column", 3),
        ("metadata", 2),
    ]


def test_a_file_that_cannot_be_parsed_costs_itself(context, monkeypatch) -> None:
    true = local.parse_rows

    def failing(context, files) -> None:
        if any(parsed.file.indicator_id == "2-1-1" for parsed in files):
            raise ZeroDivisionError("odd")
        true(context, files)

    monkeypatch.setattr(local, "parse_rows", failing)
    contents = [
        snapshot_content({"1-1-1": GOOD, "2-1-1": GOOD}),
        snapshot_content({"2-1-1": GOOD}, site_id="mereham"),
        snapshot_content({"3-1-1": GOOD}, site_id="oxbury"),
    ]
    assert local.stage_snapshots(context, contents) == {1: "ZeroDivisionError: odd"}, "nothing is left of the second"
    assert loads(context) == [("weirford@2026-01-01", 4, 2, 2), ("oxbury@2026-01-01", 2, 2, 0)]
    (aside,) = ledger.read_set_aside(context.con)
    assert (aside.set_aside_name, aside.rule_id, aside.detail) == ("2-1-1.csv", "TAB-R10", "ZeroDivisionError: odd")


def test_a_snapshot_that_cannot_be_written_leaves_no_row_and_the_others_are_in(context) -> None:
    odd = snapshot_content({"1-1-1": GOOD}, site_id="mereham", targets=[{"local_indicator_id": "9-9-9"}])
    contents = [snapshot_content({"1-1-1": GOOD}), odd, snapshot_content({"1-1-1": GOOD}, site_id="oxbury")]
    assert local.stage_snapshots(context, contents) == {1: "KeyError: '9-9-9'"}
    assert [release for release, *_ in loads(context)] == ["weirford@2026-01-01", "oxbury@2026-01-01"]
    for table in ("staging.local_indicator", "staging.local_observation", "staging.local_target"):
        assert rows(context, f"select count(*) from {table} where release like 'mereham%'") == [(0,)]


def test_faults_of_the_metadata_and_files_of_a_bundle(context) -> None:
    content = snapshot_content({"1-1-1": GOOD}, faults=[MetadataFault("meta.json", "5-1-1", "odd")])
    listed = snapshot_content({"2-1-1": "Year,Value\n"}).archives[0]
    listed.files[0].rule, listed.files[0].rows_in = "P01", 40
    content.left_out = Archive(listed.record, listed.files)
    assert local.stage_snapshots(context, [content]) == {}
    assert loads(context) == [("weirford@2026-01-01", 2, 2, 0)], "rows that a bundle does not hold are not counted"
    assert rows(context, "select is_placeholder, placeholder_rule, n_rows from staging.local_indicator order by 3") == [
        (False, None, 2),
        (True, "TAB-P01", 40),
    ]
    (aside,) = ledger.read_set_aside(context.con)
    assert (aside.set_aside_name, aside.rule_id, aside.detail) == ("meta.json", "TAB-M01", "5-1-1: odd")


def test_a_copy_and_a_starter_are_found_when_all_are_in(context) -> None:
    series = "Year,Place,Value\n" + "".join(f"{2010 + n},{{}},{n}.{n + 1}\n" for n in range(6))
    starter = "Year,Value\n" + "".join(f"{2014 + n},{40 + n * n}\n" for n in range(6))
    zeros = "Year,Value\n" + "".join(f"{2014 + n},0\n" for n in range(8))
    contents = [
        snapshot_content({"1-2-1": series.format(*["Weirford"] * 6), "9-1-1": starter, "3-1-1": zeros}),
        snapshot_content({"1-2-1": series.format(*[""] * 6), "9-1-1": starter, "3-1-1": zeros}, site_id="mereham"),
        snapshot_content({"9-1-1": starter, "3-1-1": zeros}, site_id="oxbury"),
    ]
    assert local.stage_snapshots(context, contents) == {}
    local.finish(context.con, [("1.2.1", "1.2", "1", "Proportion of people who are poor", "en")])
    assert rows(
        context,
        "select site_id, local_indicator_id, exclusion_rule, shared_with, match "
        "from staging.local_indicator order by all",
    ) == [
        ("mereham", "1-2-1", "TAB-C01", "weirford/1-2-1", "official, title not compared"),
        ("mereham", "3-1-1", None, None, "none"),
        ("mereham", "9-1-1", "TAB-P05", "oxbury/9-1-1", "none"),
        ("oxbury", "3-1-1", None, None, "none"),
        ("oxbury", "9-1-1", "TAB-P05", "mereham/9-1-1", "none"),
        ("weirford", "1-2-1", None, None, "official, title not compared"),
        ("weirford", "3-1-1", None, None, "none"),
        ("weirford", "9-1-1", "TAB-P05", "mereham/9-1-1", "none"),
    ]
    assert loads(context) == [
        ("weirford@2026-01-01", 20, 14, 6),
        ("mereham@2026-01-01", 20, 8, 12),
        ("oxbury@2026-01-01", 14, 8, 6),
    ]
    assert rows(context, "select release, count(*) from audit.reject group by 1 order by 1") == [
        ("mereham@2026-01-01", 12),
        ("oxbury@2026-01-01", 6),
        ("weirford@2026-01-01", 6),
    ]


def test_each_row_of_a_poverty_number_has_its_own_line(context) -> None:
    """Three lines in one file: a headline each, and no line of the indicator; one line that all headlines share."""
    lines = "".join(
        f"2015,{line} poverty line,{sex},%,{value}\n"
        for line, value in [("Food", 20), ("Lower-bound", 30), ("Upper-bound", 40)]
        for sex in ("", "Female")
    )
    title = "Proportion of people below the national poverty line"
    stated = StatedFacts(titles={"en": title}, own_titles=(title,))
    content = snapshot_content(
        {
            "1-2-1": "Year,Poverty line,Sex,Units,Value\n" + lines,
            "1-2-2": "Year,Value\n2019,21.6\n2020,20.1\n",
            "3-1-1": "Year,Value\n2019,1.6\n2020,3.1\n",
        },
        {"1-2-1": stated, "1-2-2": stated, "3-1-1": stated},
    )
    assert local.stage_snapshots(context, [content]) == {}
    headlines = rows(
        context,
        "select local_indicator_id, poverty_threshold, poverty_threshold_basis, population_unit, "
        "population_unit_basis, count(*) from staging.local_observation where is_headline group by all order by all",
    )
    assert headlines == [
        ("1-2-1", "food", "series", "persons", "title", 1),
        ("1-2-1", "lower", "series", "persons", "title", 1),
        ("1-2-1", "upper", "series", "persons", "title", 1),
        ("1-2-2", "national", "title", "persons", "title", 2),
        ("3-1-1", None, None, None, None, 2),
    ]
    indicators = "select local_indicator_id, poverty_threshold, population_unit from staging.local_indicator order by 1"
    assert rows(context, indicators) == [
        ("1-2-1", None, "persons"),
        ("1-2-2", "national", "persons"),
        ("3-1-1", None, None),
    ]


def test_an_indicator_states_its_first_series_unit_and_why_it_has_no_headline(context) -> None:
    content = snapshot_content(
        {
            "1-1-1": "Year,Value,Series,Units\n2019,1,A,Persons\n2019,2,B,Euro\n",
            "2-1-1": "Year,Value,Sexe\n2019,1,Dones\n2020,2,Dones\n",
            "3-1-1": "Year,Value,Region\n2019,1,Mereham\n",
            "4-1-1": "Year,Value\n2019-06-30,1\n",
            "5-1-1": "Year,Value,Region\n2019,1,Weirford\n2019,2,City of Weirford\n",
            "6-1-1": "Year,Value\n2019,NA\n",
        }
    )
    assert local.stage_snapshots(context, [content]) == {}
    found = rows(
        context,
        "select n_headline, n_own_rows, unit_basis, no_headline_column, no_headline_reason "
        "from staging.local_indicator order by local_indicator_id",
    )
    assert found == [
        (2, 2, "column", None, None),
        (0, 2, "none", "Sexe", "every row is broken down, most by Sexe: Dones"),
        (0, 0, "none", None, "no row is of the own area: Mereham"),
        (0, 1, "none", None, "every period is a part of a year: 2019-06-30"),
        (0, 2, "none", None, "the rows of each year contradict each other, first in 2019"),
        (0, 0, "none", None, "no row has a number"),
    ]
    assert rows(context, "select unit from staging.local_indicator where n_headline = 2") == rows(
        context, "select unit from staging.local_observation where series = 'A'"
    )


def test_an_error_of_the_match_costs_one_indicator_and_is_named(context, monkeypatch) -> None:
    def fail_for_one(claim, framework):
        if claim.indicator_id == "2-1-1":
            raise KeyError("odd")
        return match_sites.Match("proxy", "compared")

    monkeypatch.setattr(match_sites, "match_indicator", fail_for_one)
    assert local.stage_snapshots(context, [snapshot_content({"1-1-1": GOOD, "2-1-1": GOOD})]) == {}
    local.finish(context.con)
    assert rows(
        context, "select local_indicator_id, match, match_reason from staging.local_indicator order by all"
    ) == [
        ("1-1-1", "proxy", "compared"),
        ("2-1-1", "none", f"{match_sites.COULD_NOT_COMPARE}KeyError: 'odd'"),
    ]


def test_the_last_year_of_an_indicator_is_no_projection(context) -> None:
    content = snapshot_content({"1-1-1": "Year,Value\n2019,1.5\n2024,2.5\n2029,3.5\n", "2-1-1": "Year,Value\n2030,7\n"})
    assert local.stage_snapshots(context, [content]) == {}
    columns = "n_rows - n_rows_rejected, first_year, last_year"
    found = rows(context, f"select {columns} from staging.local_indicator order by local_indicator_id")
    assert found == [(3, 2019, 2024), (1, None, None)]
