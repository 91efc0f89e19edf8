"""Manual review of suggested targets of local indicators: from the sheet to the link, with a table of one city."""

from __future__ import annotations

import csv
from functools import partial
from pathlib import Path

import pytest

from localsdg.common.settings import Settings
from localsdg.sources.records.contract import DECISIONS, INDICATOR_DECISIONS
from localsdg.sources.records.decisions import sheet_contract
from localsdg.warehouse.decisions import decided_texts
from localsdg.warehouse.query import run_query

MAP = """
[dataset]
id = "springfield"
licence = "CC0"
[government]
name = "Springfield"
country = "USA"
level = "city"
[columns]
indicator = "code"
title = "name"
year = "year"
value = "value"
unit = "unit"
"""
TABLE = """code,name,year,value,unit
1-2-1,Proportion of population living below the national poverty line,2020,12,%
A-1,Households without access to drinking water,2020,8,%
A-2,Road traffic deaths and injuries per year,2020,8,number
A-3,Llars dels barris que no tenen internet amb els seus mitjans,2020,8,%
13-1-1,Road traffic deaths and injuries per year,2021,5,number
7-2-1-x,Growth of the renewable energy share in total energy consumption,2021,5,%
"""
REVIEWS = """local_government,country,review_year,kind,title,languages,source,sdgs_covered
Accra,Ghana,2020,VLR,Safe drinking water and clean energy for every household,en,A listing,6.1
Accra,Ghana,2022,VLR,,en,A listing,6
Bristol,GBR,2019,VLR,Voluntary Local Review of Bristol 2019,en,A listing,
"""
LINKS = "select local_indicator_id, coalesce(target_code, goal_code) from core.local_indicator_link "
SUGGESTED = (
    "select local_indicator_id, coalesce(indicator_code, target_code, goal_code) from core.local_indicator_suggestion"
)


@pytest.fixture(scope="module")
def home(tmp_path_factory, add_lists, cli) -> Path:
    """A home with the table of one city and a register of reviews, built."""
    folder = add_lists(tmp_path_factory.mktemp("indicators"))
    (folder / "map.toml").write_text(MAP)
    (folder / "table.csv").write_text(TABLE, encoding="utf-8")
    done(cli(folder, "pull", "table", folder / "table.csv", "--map", folder / "map.toml"))
    (folder / "reviews.csv").write_text(REVIEWS)
    done(cli(folder, "pull", "reviews", folder / "reviews.csv"))
    done(cli(folder, "build", "--no-bundled"))
    return folder


def done(result) -> str:
    assert result.exit_code == 0, result.output + repr(result.exception)
    return result.output


def rows(home: Path, sql: str) -> list[tuple]:
    return [tuple(row.values()) for row in run_query(Settings(home=home), sql).to_pylist()]


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def written(path: Path, lines: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.DictWriter(handle, INDICATOR_DECISIONS.column_names, restval="")
        writer.writeheader()
        writer.writerows(lines)
    return path


def test_suggestions_are_ranked_targets_and_leave_what_is_declared(home: Path) -> None:
    found = rows(home, SUGGESTED + " where method = 'learned' and target_code is not null and rank = 1 order by all")
    assert {("A-1", "6.1"), ("A-2", "3.6"), ("13-1-1", "3.6"), ("7-2-1-x", "7.2")} <= set(found)
    assert not {"1-2-1", "A-3"} & {name for name, _ in found}, "an official match, and a language without a model"
    assert rows(home, "select max(rank) from core.local_indicator_suggestion where target_code is not null") == [(5,)]
    assert rows(home, SUGGESTED + " where is_declared and target_code is not null") == [
        ("7-2-1-x", "7.2.1"),
        ("7-2-1-x", "7.2"),
    ]
    assert set(rows(home, LINKS)) == {("1-2-1", "1.2"), ("13-1-1", "13.1"), ("7-2-1-x", "7.2")}


def test_the_whole_way(home: Path, cli, tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    review = partial(cli, home, "link", "review")
    untouched = "select * exclude (release, snapshot_sha256) from core.local_indicator order by local_indicator_id"
    counts = (
        "select metric_id, area_code, local_government_id, year, breakdown, value from evidence.metric_value "
        "where starts_with(metric_id, 'c05') order by all"
    )
    before, counted = rows(home, untouched), rows(home, counts)

    said = done(review("--of", "indicators", "--output", path))
    assert "5 of 5" in said and "languages without a model of links: ca 1" in said
    lines = read(path)
    assert [(line["local_indicator"], line["declared"], line["code"]) for line in lines] == [
        ("springfield:A-1", "", "SDG 6.1"),
        ("springfield:13-1-1", "SDG 13.1.1, proxy", "SDG 3.6"),
        ("springfield:A-2", "", "SDG 3.6"),
        ("springfield:13-1-1", "SDG 13.1.1, proxy", "SDG 11.2"),
        ("springfield:A-2", "", "SDG 11.2"),
    ]
    for line in lines:
        code, name = line["code"], line["local_indicator"].partition(":")[2]
        line["decision"] = {("A-1", "SDG 6.1"): "accept", ("13-1-1", "SDG 3.6"): "no"}.get((name, code), "")
    own = {"local_indicator": "springfield:A-3", "code": "SDG 9.c", "decision": "yes"}
    confirmed = {"local_indicator": "springfield:7-2-1-x", "code": "SDG 7.2.1", "decision": "yes"}
    assert "3 accepted, 1 refused, 3 not decided" in done(
        review(written(path, [*lines, own, confirmed]), "--by", "Ana")
    )

    done(cli(home, "build", "--no-bundled"))
    assert rows(home, LINKS + "where method = 'reviewed' order by all") == [("A-1", "6.1"), ("A-3", "9.c")]
    assert rows(
        home,
        "select local_indicator_id, method, match, decision, decided_by, decided_at is not null, "
        "evidence like '%water%' from core.local_indicator_link where decision is not null order by all",
    ) == [
        ("7-2-1-x", "declared", "proxy", "accepted", "Ana", True, False),
        ("A-1", "reviewed", None, "accepted", "Ana", True, True),
        ("A-3", "reviewed", None, "accepted", "Ana", True, None),
    ]
    assert ("13-1-1", "3.6") not in rows(home, SUGGESTED) and ("A-2", "3.6") in rows(home, SUGGESTED)
    assert (rows(home, untouched), rows(home, counts)) == (before, counted), "declared and counted as before"
    loads = "select rows_in, rows_out, rows_rejected from audit.source_load where source = 'decisions'"
    assert rows(home, loads) == [(4, 4, 0)]
    assert [
        (row["text"], row["target_code"], row["label"]) for row in decided_texts(Settings(home=home)).to_pylist()
    ] == [
        ("Road traffic deaths and injuries per year", "3.6", False),
        ("Households without access to drinking water", "6.1", True),
        ("Llars dels barris que no tenen internet amb els seus mitjans", "9.c", True),
    ]
    left = tmp_path / "left.csv"
    done(review("--of", "indicators", "--output", left))
    assert [(line["local_indicator"], line["code"]) for line in read(left)] == [
        ("springfield:A-2", "SDG 3.6"),
        ("springfield:13-1-1", "SDG 11.2"),
        ("springfield:A-2", "SDG 11.2"),
    ], "nobody is asked twice"

    # a goal that is refused later takes its target with it
    goal = {"local_indicator": "springfield:A-1", "code": "SDG 6", "decision": "no", "decided_by": "Bo"}
    done(review(written(tmp_path / "later.csv", [goal])))
    done(cli(home, "build", "--no-bundled"))
    assert rows(home, LINKS + "where method = 'reviewed'") == [("A-3", "9.c")]
    assert "A-1" not in {name for name, code in rows(home, SUGGESTED) if code.startswith("6")}


def test_faults_name_the_row_and_nothing_is_kept(home: Path, cli, tmp_path: Path) -> None:
    lines = [
        {"local_indicator": "springfield:gone", "code": "SDG 1.4", "decision": "yes"},
        {"local_indicator": "springfield:7-2-1-x", "code": "SDG 7.2", "decision": "no"},
        {"local_indicator": "springfield:A-1", "code": "SDG 99", "decision": "no"},
    ]
    kept = sorted((home / "data" / "raw" / "decisions").rglob("*"))
    result = cli(home, "link", "review", written(tmp_path / "s.csv", lines), "--by", "Ana")
    assert result.exit_code == 1
    shown = "\n".join(result.stderr.splitlines()[:3])
    assert "row 2, local_indicator: no such local indicator" in shown and "core.local_indicator" in shown
    assert "row 3, code: the record declares this itself" in shown and "row 4, code" in shown
    assert sorted((home / "data" / "raw" / "decisions").rglob("*")) == kept


def test_the_columns_say_what_a_sheet_is_about(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text("local_indicator,code,decision\nbristol:1-4-2,SDG 1.4,yes\n")
    assert sheet_contract(path) is INDICATOR_DECISIONS
    path.write_text("action_id,code\nbristol:1,SDG 1.4\n")
    assert sheet_contract(path) is DECISIONS


def test_titles_of_reviews_have_suggestions_beside_what_a_register_states(home: Path) -> None:
    assert rows(home, "select review_id, title, goals_covered from core.review order by all") == [
        ("accra-2020-vlr", "Safe drinking water and clean energy for every household", ["6.1"]),
        ("accra-2022-vlr", None, ["6"]),
        ("bristol-2019-vlr", "Voluntary Local Review of Bristol 2019", []),
    ]
    found = rows(
        home,
        "select review_id, target_code, is_declared, confidence > 0 from core.review_suggestion "
        "where target_code is not null and indicator_code is null and rank <= 2 order by rank",
    )
    assert found and {row[0] for row in found} == {"accra-2020-vlr"}
    assert ("accra-2020-vlr", "6.1", True, True) in found and False in {row[2] for row in found}
