"""The contracts: every kind of fault is found, all of them at once, by row and column."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.registry.local_governments import identities
from localsdg.registry.places import country_iso3
from localsdg.sources.records.checks import check_actions, check_reviews, split_urls
from localsdg.sources.records.contract import ACTIONS, REVIEWS, RULES, Contract, ValidationError
from localsdg.sources.records.files import read_records
from localsdg.sources.records.review_merge import ReviewRow, merge_reviews, normal_url

GOOD_REVIEW = {
    "local_government": "Málaga",
    "kind": "VLR",
    "source": "A + B",
    "iso3": "ESP",
    "review_year": "2021",
    "level": "city",
    "languages": "en es",
    "sdgs_covered": "1;11",
    "url": "https://example.org/a b.pdf",
    "n_urls": "1",
}
GOOD_ACTION = {
    "action_id": "1",
    "title": "Solar roofs",
    "local_government": "Barcelona",
    "country": "Spain",
    "sdgs": "[1, 11.5]",
    "year": "2023",
    "language": "ca",
}


def frame(contract: Contract, *rows: dict[str, str]) -> pd.DataFrame:
    body = [{name: row.get(name, "") for name in contract.column_names} for row in rows]
    return pd.DataFrame(body, index=range(2, len(rows) + 2), dtype="str")


def found(faults: list[ValidationError]) -> list[tuple]:
    return [(fault.row, fault.column, fault.rule_id) for fault in faults]


def test_good_records_have_no_fault() -> None:
    bare = {"local_government": "Ennour", "kind": "VSR", "source": "A"}
    own_words = {**GOOD_REVIEW, "country": "Taiwan (as named by IGES)", "iso3": "TWN"}
    assert check_reviews(frame(REVIEWS, GOOD_REVIEW, GOOD_REVIEW, bare, own_words)) == []
    assert (
        check_actions(
            frame(ACTIONS, GOOD_ACTION, {"description": "- 20 roofs, < 3 years, a > b", "local_government": "Berlin"}),
        )
        == []
    )


NEXT = str(date.today().year + 2)


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("local_government", "--", "R01"),
        ("kind", "", "R01"),
        ("source", " ", "R01"),
        ("review_year", "1999", "R02"),
        ("review_year", NEXT, "R02"),
        ("review_year", "2021/22", "R02"),
        ("review_year", "abc", "R02"),
        ("review_year", "2021.5", "R02"),
        ("kind", "vlr", "R03"),
        ("level", "planet", "R03"),
        ("iso3", "XXX", "R04"),
        ("iso3", "esp", "R04"),
        ("iso3", "Spain", "R04"),
        ("url", "javascript:alert(1)", "R05"),
        ("url", "www.example.org", None),
        ("url", "page 4", "R05"),
        ("alt_urls", "https://a.org/1 ftp://b.org", None),
        ("alt_urls", "https://a.org/1 https://", "R05"),
        ("url", "https://[", "R05"),
        ("languages", "English", "R06"),
        ("languages", "en; zh-Hant", None),
        ("sdgs_covered", "18", "R07"),
        ("sdgs_covered", "SDG", "R07"),
        ("country_basis", "=1+1", "R08"),
        ("local_government", "<script>alert(1)</script>", "R08"),
        ("local_government", "<script", "R08"),
        ("local_government", "@SUM(A1)", "R08"),
        ("local_government", "+cmd|' /C calc'!A0", "R08"),
        ("n_urls", "many", "R11"),
    ],
)
def test_each_fault_of_a_review(column: str, value: str, rule: str | None) -> None:
    faults = check_reviews(frame(REVIEWS, GOOD_REVIEW, {**GOOD_REVIEW, column: value}))
    assert found(faults) == ([(3, column, f"REV-{rule}")] if rule else [])


def test_country_and_code_must_agree() -> None:
    faults = check_reviews(
        frame(
            REVIEWS,
            {**GOOD_REVIEW, "country": "Spain", "iso3": "BRA"},
            {**GOOD_REVIEW, "country": "Atlantis", "iso3": ""},
        ),
    )
    assert found(faults) == [(2, "country", "REV-R04"), (3, "country", "REV-R04")]


def test_a_country_in_everyday_words_and_hints_for_what_is_none() -> None:
    names = ["DR Congo", "Hong Kong", "Kosovo", "Rusia", "日本", "Micronesia"]
    rows = [{**GOOD_REVIEW, "iso3": "", "country": name} for name in names]
    assert [country_iso3(one) for one in names] == ["COD", "HKG", "XKX", "RUS", "JPN", "FSM"]
    assert check_reviews(frame(REVIEWS, *rows)) == []
    scotland, congo, bolvia = check_reviews(
        frame(REVIEWS, *({**GOOD_REVIEW, "iso3": "", "country": name} for name in ("Scotland", "Congo", "Bolvia"))),
    )
    assert "part of United Kingdom" in scotland.what and "GBR" in scotland.what
    assert "COG Congo or COD Democratic Republic of the Congo" in congo.what
    assert "BOL Bolivia" in bolvia.what


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("title", "", "R01"),
        ("year", "1066", "R02"),
        ("kind", "dream", "R03"),
        ("country", "Atlantis", "R04"),
        ("url", "n/a", "R05"),
        ("language", "Deutsch", "R06"),
        ("sdgs", "1.9", "R07"),
        ("sdgs", "poverty", "R07"),
        ("title", "=1+1", "R08"),
        ("description", "see <img src=x onerror=alert(1)>", "R08"),
        ("partners", "<b>A</b>", "R08"),
    ],
)
def test_each_fault_of_an_action(column: str, value: str, rule: str) -> None:
    bad = {**GOOD_ACTION, "action_id": "2", column: value}
    assert found(check_actions(frame(ACTIONS, GOOD_ACTION, bad))) == [(3, column, f"ACT-{rule}")]


def test_all_faults_of_a_file_are_given_in_the_order_of_its_rows() -> None:
    bad = {**GOOD_ACTION, "year": "x", "sdgs": "99", "country": "?"}
    faults = check_actions(frame(ACTIONS, bad, GOOD_ACTION, bad))
    assert [fault.row for fault in faults] == [2, 2, 2, 4, 4, 4, 4]
    assert "row 2, sdgs: no goal, target or indicator: 99, got '99'" in map(str, faults)


def test_the_same_action_twice_is_a_fault_of_the_second() -> None:
    plain = {**GOOD_ACTION, "action_id": ""}
    alias = {**GOOD_ACTION, "local_government": "City of Barcelona"}
    other_city = {**GOOD_ACTION, "local_government": "Madrid"}
    faults = check_actions(frame(ACTIONS, GOOD_ACTION, plain, other_city, alias, plain))
    assert found(faults) == [(5, "action_id", "ACT-R10"), (6, "title", "ACT-R10")]
    assert "the same action as in row 2" in str(faults[0])


def test_every_rule_says_what_it_means() -> None:
    assert sorted(RULES) == [f"R{n:02d}" for n in range(1, len(RULES) + 1)]
    for contract in (REVIEWS, ACTIONS):
        assert len(set(contract.column_names)) == len(contract.columns)
        assert all(column.description for column in contract.columns)


# ---- files


def write(tmp_path: Path, body: str | bytes, name: str = "f.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(body if isinstance(body, bytes) else body.encode("utf-8"))
    return path


@pytest.mark.parametrize(
    "body",
    [
        'Title,Local government,Year\nA,"B, C",2021\n\nD,E,\n',
        "\ufeffTitle;local_government;year\r\nA;B, C;2021\r\n\r\nD;E;\r\n",
        "title\tlocal_government\tyear\t\t\nA\tB, C\t2021\t\t\n\nD\tE\t\t\t",
    ],
)
def test_csv_as_programs_write_it(tmp_path: Path, body: str) -> None:
    records = read_records(write(tmp_path, body), ACTIONS)
    assert records.header == [] and records.unreadable == [] and records.n_rows == 2
    assert list(records.frame.index) == [2, 4]  # as a person counts: the blank row is a row
    assert list(records.frame.loc[2, ["title", "local_government", "year"]]) == ["A", "B, C", "2021"]
    assert list(records.frame.columns) == ACTIONS.column_names


def test_json_lines(tmp_path: Path) -> None:
    lines = [
        json.dumps({"title": "A", "local_government": "B", "sdgs": [1, 11], "year": 2021.0}),
        "",
        '{"title": "cut off',
        '["a list"]',
        '{"title": {"en": "x"}}',
        json.dumps({"title": '"Ü', "local_government": "B", "year": None}),
    ]
    records = read_records(write(tmp_path, "\n".join(lines), "f.jsonl"), ACTIONS)
    assert list(records.frame.index) == [1, 6] and records.n_rows == 5
    assert list(records.frame.loc[1, ["sdgs", "year"]]) == ["1; 11", "2021"]
    assert [(fault.row, fault.rule_id) for fault in records.unreadable] == [
        (3, "ACT-R09"),
        (4, "ACT-R09"),
        (5, "ACT-R09"),
    ]


def test_a_ragged_row_is_one_fault_and_the_others_are_read(tmp_path: Path) -> None:
    records = read_records(write(tmp_path, "title,local_government\nA,B\nC\nD,E,F\nG,H\n"), ACTIONS)
    assert list(records.frame["title"]) == ["A", "G"]
    assert [str(fault) for fault in records.unreadable] == [
        "row 3, (row): expected 2 cells, found 1, got 'C'",
        "row 4, (row): expected 2 cells, found 3, got 'D,E,F'",
    ]


def test_missing_unknown_and_doubled_columns_are_named(tmp_path: Path) -> None:
    records = read_records(write(tmp_path, "local_government,budget,year,year\nA,1,2021,2021\n"), ACTIONS)
    assert records.missing and [(fault.column, fault.what.split(",")[0]) for fault in records.header] == [
        ("title", "the column is missing"),
        ("budget", "unknown column"),
        ("year", "the column is there twice"),
    ]


@pytest.mark.parametrize(
    ("body", "name", "message"),
    [
        (b"", "f.csv", "holds no records"),
        (b"\n\n", "f.csv", "holds no records"),
        (b"title,local_government\n", "f.csv", "a header alone"),
        ("title,local_government\nA,Málaga\n".encode("latin-1"), "f.csv", "not UTF-8"),
        (b"<!doctype html><html>", "f.csv", "web page"),
        (b'title,local_government\n"A,B\nC,D\n', "f.csv", "quote"),
        (b'title,local_government\n"A" x,B\n', "f.csv", "cannot be split into rows"),
        (b'{"title": "M\xe1laga"}', "f.jsonl", "not UTF-8"),
        (b"PK\x03\x04 cut off", "f.xlsx", "cut off or damaged"),
        (b"\n \n", "f.jsonl", "0 lines"),
    ],
)
def test_what_holds_no_records_is_refused_in_one_line(tmp_path: Path, body, name, message) -> None:
    with pytest.raises(LocalsdgError, match=message) as caught:
        read_records(write(tmp_path, body, name), ACTIONS)
    assert "\n" not in str(caught.value) and name in str(caught.value)


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        read_records(tmp_path / "none.csv", ACTIONS)


# ---- joining listings


def row(
    n: int,
    who: str = "malaga",
    year: int | None = 2021,
    url: str = "",
    kind: str = "VLR",
    iso3: str | None = "ESP",
    name: str = "",
) -> ReviewRow:
    return ReviewRow((n,), who, name or who, iso3, year, kind, tuple(url.split()))


@pytest.mark.parametrize(
    ("rows", "ids", "conflicts"),
    [
        # the same government, year and kind: one review, whatever the addresses
        ([row(1, url="http://a.org/x"), row(2, url="http://b.org/y")], ["malaga-2021-vlr"] * 2, []),
        # the same address, and a blank year: the year is taken over
        ([row(1, year=None, url="http://WWW.a.org/x/"), row(2, url="https://a.org/x#p2")], ["malaga-2021-vlr"] * 2, []),
        # the same name without a country
        (
            [
                row(1, "malaga-unknown", url="http://a.org/x", iso3=None, name="Málaga"),
                row(2, url="http://a.org/x", name="Malaga"),
            ],
            ["malaga-2021-vlr"] * 2,
            [],
        ),
        # another spelling that no list has: joined, and told
        (
            [row(1, "malagga-esp", url="http://a.org/x"), row(2, url="http://a.org/x")],
            ["malaga-2021-vlr"] * 2,
            ["local_government"],
        ),
        # what differs is a conflict, and nothing is decided
        (
            [row(1, url="http://a.org/x"), row(2, year=2020, url="http://a.org/x")],
            ["malaga-2021-vlr", "malaga-2020-vlr"],
            ["review_year"],
        ),
        (
            [row(1, url="http://a.org/x"), row(2, kind="VSR", url="http://a.org/x")],
            ["malaga-2021-vlr", "malaga-2021-vsr"],
            ["kind"],
        ),
        (
            [row(1, url="http://a.org/x"), row(2, "malaga-bra", iso3="BRA", url="http://a.org/x")],
            ["malaga-2021-vlr", "malaga-bra-2021-vlr"],
            ["country"],
        ),
        (
            [row(1, url="http://a.org/x"), row(2, "madrid", url="http://a.org/x")],
            ["malaga-2021-vlr", "madrid-2021-vlr"],
            ["local_government"],
        ),
        # no year and no address in common with a dated one: its own review
        ([row(1, year=None), row(2)], ["malaga-undated-vlr", "malaga-2021-vlr"], []),
        # an undated row cannot join two years together
        (
            [
                row(1, year=None, url="http://a.org/x http://b.org/y"),
                row(2, url="http://a.org/x"),
                row(3, year=2020, url="http://b.org/y"),
            ],
            ["malaga-2021-vlr", "malaga-2021-vlr", "malaga-2020-vlr"],
            ["review_year"],
        ),
        # three governments: a listing's page, which joins nobody with another name
        (
            [
                row(1, url="http://a.org/x"),
                row(2, "m-esp", 2020, "http://a.org/x"),
                row(3, "n-esp", 2020, "http://a.org/x"),
            ],
            ["malaga-2021-vlr", "m-esp-2020-vlr", "n-esp-2020-vlr"],
            ["local_government"] * 3 + ["review_year"] * 2,
        ),
    ],
)
def test_listings_are_joined(rows: list[ReviewRow], ids: list[str], conflicts: list[str]) -> None:
    for given in (rows, rows[::-1]):
        merged = merge_reviews(given)
        assert [merged.review_of[one.key] for one in rows] == ids
        assert [one.field for one in merged.conflicts] == conflicts
        assert merged.n_reviews == len(set(ids))


def test_a_page_that_all_reviews_name_joins_nobody_and_costs_little() -> None:
    towns = [row(n, f"place-{n}-esp", 2021, "http://a.org/list") for n in range(10_000)]
    known = [row(-n, one, url="http://a.org/list") for n, one in enumerate(identities(), start=1)]
    merged = merge_reviews(towns + known)
    assert merged.n_reviews == len(towns) + len(known)
    assert len(merged.conflicts) < 12_000


def test_addresses() -> None:
    assert normal_url("HTTPS://www.Example.org:443/A%20b/#x") == "example.org/A b"
    assert split_urls(" https://a.org/1 - x.pdf http://b.org|http://c.org ;http://d.org") == [
        "https://a.org/1%20-%20x.pdf",
        "http://b.org",
        "http://c.org",
        "http://d.org",
    ]
    assert split_urls("www.example.org/x") == ["http://www.example.org/x"]
