"""The contract of reviews: every kind of fault is found, all of them at once, by row and column."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from localsdg.registry.places import country_iso3
from localsdg.sources.records.checks import check_reviews
from localsdg.sources.records.contract import ACTIONS, REVIEWS, RULES, Contract, ValidationError, fault_lines

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


def frame(contract: Contract, *rows: dict[str, str]) -> pd.DataFrame:
    body = [{name: row.get(name, "") for name in contract.column_names} for row in rows]
    return pd.DataFrame(body, index=range(2, len(rows) + 2), dtype="str")


def found(faults: list[ValidationError]) -> list[tuple]:
    return [(fault.row, fault.column, fault.rule_id) for fault in faults]


def test_good_reviews_have_no_fault() -> None:
    bare = {"local_government": "Ennour", "kind": "VSR", "source": "A"}
    own_words = {**GOOD_REVIEW, "country": "Taiwan (as named by IGES)", "iso3": "TWN"}
    assert check_reviews(frame(REVIEWS, GOOD_REVIEW, GOOD_REVIEW, bare, own_words)) == []


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


def test_all_faults_of_a_file_are_given_in_the_order_of_its_rows() -> None:
    bad = {**GOOD_REVIEW, "review_year": "x", "sdgs_covered": "99", "iso3": "?"}
    faults = check_reviews(frame(REVIEWS, bad, GOOD_REVIEW, bad))
    assert [fault.row for fault in faults] == [2, 2, 2, 4, 4, 4]
    assert "row 2, sdgs_covered: no goal, target or indicator: 99, got '99'" in map(str, faults)


def test_each_kind_of_fault_is_one_line_with_three_examples() -> None:
    bad = [{**GOOD_REVIEW, "review_year": str(year)} for year in range(1900, 1905)]
    faults = check_reviews(frame(REVIEWS, *bad, {**GOOD_REVIEW, "iso3": "XXX"}))
    year, iso3 = fault_lines(faults)
    assert year.startswith("5 faults of review_year (REV-R02): expected a year from")
    assert year.endswith("row 2 '1900', row 3 '1901', row 4 '1902', …")
    assert iso3.startswith("row 7, iso3: ")


def test_every_rule_says_what_it_means() -> None:
    assert sorted(RULES) == [f"R{n:02d}" for n in range(1, len(RULES) + 1)]
    for contract in (REVIEWS, ACTIONS):
        assert len(set(contract.column_names)) == len(contract.columns)
        assert all(column.description for column in contract.columns)
