"""A local indicator and the UN framework: official, proxy, target, goal or none."""

from __future__ import annotations

import pytest

from localsdg.staging.local.framework_match import Claim, Framework, match_indicator, official_code

TITLE = "Proportion of population living below the national poverty line, by sex and age"
FRAMEWORK = Framework.from_rows(
    [
        ("1.2.1", "1.2", "1", TITLE, "en"),
        ("1.2.1", "1.2", "1", "Proporción de la población que vive por debajo del umbral nacional de pobreza", "es"),
        ("9.2.2", "9.2", "9", "Manufacturing employment as a proportion of total employment", "en"),
        ("11.2.1", "11.2", "11", "Proportion of population that has convenient access to public transport", "en"),
        ("13.3.1", "13.3", "13", "Extent to which education is mainstreamed", "en"),
        ("17.19.2", "17.19", "17", "Proportion of countries that have conducted a census", "en"),
        ("5.5.1", "5.5", "5", "Proportion of seats held by women", "en"),
        ("2.a.1", "2.a", "2", "The agriculture orientation index", "en"),
    ]
)


@pytest.mark.parametrize(
    ("indicator_id", "expected"),
    [
        ("1-2-1", ("1.2.1", False)),
        ("1-2-1-a", ("1.2.1", True)),
        ("1-2-1-SERIE-A", ("1.2.1", True)),
        ("17-19-2b-a", ("17.19.2", True)),
        ("17-19-2b", ("17.19.2", True)),
        ("2-a-1", ("2.a.1", False)),
        ("11-2-2", (None, False)),
        ("13-3", (None, False)),
        ("5-5-4", (None, False)),
        ("demo_indicator", (None, False)),
    ],
)
def test_official_code(indicator_id, expected) -> None:
    assert official_code(indicator_id, FRAMEWORK) == expected


@pytest.mark.parametrize(
    ("indicator_id", "title", "unit", "stated", "match", "codes"),
    [
        (
            "1-2-1",
            "Percentage of population of Bristol beneath national poverty line",
            "PERCENT",
            {},
            "official",
            ("1.2.1", "1.2", "1"),
        ),
        # the site's own subject under a UN code
        ("1-2-1", "Rate of severe material and social deprivation", "PERCENT", {}, "proxy", ("1.2.1", "1.2", "1")),
        ("1-2-1", TITLE, "NOT STATED", {}, "proxy", ("1.2.1", "1.2", "1")),
        ("1-2-1", TITLE, "Number of Persons", {}, "proxy", ("1.2.1", "1.2", "1")),
        ("1-2-1", "Població en risc de pobresa relativa per als barris", "PERCENT", {}, "proxy", ("1.2.1", "1.2", "1")),
        ("9-2-2-a", "x", "PERCENT", {"target": "9.2"}, "proxy", ("9.2.2", "9.2", "9")),
        ("11-2-2", "x", "PERCENT", {"target": "11.2"}, "target", (None, "11.2", "11")),
        ("13-3", "x", "PERCENT", {"goals": {"sdg_goal": "13"}}, "goal", (None, None, "13")),
        ("5-5-4", "x", "PERCENT", {"is_target_in_words": True}, "target", (None, "5.5", "5")),
        ("demo_indicator", "x", "PERCENT", {}, "none", (None, None, None)),
    ],
)
def test_match(indicator_id, title, unit, stated, match, codes) -> None:
    found = match_indicator(Claim("s", indicator_id, titles={"en": title}, unit=unit, **stated), FRAMEWORK)
    assert (found.match, (found.indicator_code, found.target_code, found.goal_code)) == (match, codes), found
    assert found.reason


def test_a_reviewed_row_is_final() -> None:
    found = match_indicator(Claim("cape-town", "1-2-1", has_template_title=True, unit="PERCENT"), FRAMEWORK)
    assert found.match == "proxy" and found.reason.startswith("reviewed: households")
