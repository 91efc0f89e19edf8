"""Optional cells of actions: each is read where it can be, and says whether all of it was."""

from __future__ import annotations

import pytest

from localsdg.sources.records.action_cells import (
    countries_of,
    kind_of,
    language_of,
    sdgs_of,
    urls_of,
    years_of,
)


@pytest.mark.parametrize(
    ("text", "years", "is_whole"),
    [
        ("2012-2015", (2012, 2015), True),
        ("2012/13", (2012, 2013), True),
        ("2021.0", (2021,), True),
        ("2023-06-01", (2023,), True),
        ("2020-01-31 00:00:00", (2020,), True),
        ("31.12.2015", (2015,), True),
        ("06 May 2022 (start date)", (2022,), True),
        ("Time-frame:  - 2015-03-30", (2015,), True),
        ("Time-frame: 2012 - December 31,2019", (2012, 2019), True),
        ("Time-frame: 2012 - ongoing", (2012,), True),
        ("Time-frame:  - ", (), True),  # states nothing
        ("0000", (), False),
        ("1970", (), False),
        ("01 January 1970 (start date)", (), False),
        ("1970-01-01", (), False),
        ("1969-12-31", (), False),  # the same moment, west of Greenwich
        ("Time-frame: 0000-00-00 - 2015", (2015,), False),
        ("2021.5", (), False),
        ("-2020", (), False),
        ("\N{MINUS SIGN}2020.0", (), False),
        ("soon", (), False),
        ("1066", (), False),
        ("01/05/15", (), False),
    ],
)
def test_years(text: str, years: tuple[int, ...], is_whole: bool) -> None:
    assert years_of(text) == (years, is_whole)


@pytest.mark.parametrize(
    ("text", "codes", "is_whole"),
    [
        ("Kenya; Tanzania", ("KEN", "TZA"), True),
        ("Austria,Belgium,Croatia", ("AUT", "BEL", "HRV"), True),
        ("Antigua and Barbuda,Bahamas", ("ATG", "BHS"), True),
        ("Kenya and Uganda", ("KEN", "UGA"), True),
        ("Napa, California, United States", ("USA",), True),
        ("Dem. Rep. Congo", ("COD",), True),
        ("Tanzania, United Republic of", ("TZA",), True),
        ("Korea, Republic of; Iran, Islamic Republic of", ("KOR", "IRN"), True),
        ("Kenya; Atlantis", ("KEN",), False),
        ("Congo", (), False),
        ("Southern California", (), False),
    ],
)
def test_countries(text: str, codes: tuple[str, ...], is_whole: bool) -> None:
    assert countries_of(text) == (codes, is_whole)


@pytest.mark.parametrize(
    ("text", "codes", "is_whole"),
    [
        ("en", "en", True),
        ("en; zh-Hant", "en zh-hant", True),
        ("pt_BR", "pt-br", True),
        ("eng", "en", True),
        ("ENGLISH", "en", True),
        ("español", "es", True),
        ("Deutsch", "de", True),
        ("BOKMAL", "nb", True),
        ("French and Dutch", "fr nl", True),
        ("unknown", "", False),
    ],
)
def test_languages_by_code_and_name(text: str, codes: str, is_whole: bool) -> None:
    assert language_of(text) == (codes, is_whole)


def test_a_kind_that_the_contract_lacks_is_other() -> None:
    assert [kind_of(text)[0] for text in ("Projects", "POLICIES", "local_target", "dream")] == [
        "project",
        "policy",
        "local target",
        "other",
    ]
    assert kind_of("dream") == ("other", False)


def test_addresses_that_are_none_are_left_out() -> None:
    assert urls_of("www.a.org") == (("http://www.a.org",), True)
    assert urls_of("https://a.org/1 https://") == (("https://a.org/1",), False)
    assert urls_of("https://a.org/?x=1&amp;y=2") == (("https://a.org/?x=1&y=2",), True)
    assert urls_of("n/a") == ((), False)


def test_what_is_read_of_declared_goals_is_kept() -> None:
    elements, is_whole = sdgs_of("SDG 1; 99; 11.5")
    assert ([one.code for one in elements], is_whole) == (["1", "11.5"], False)
    assert sdgs_of("poverty") == ((), False)
