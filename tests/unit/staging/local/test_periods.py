"""Periods as local files write them, in words, months and calendars of their own."""

from __future__ import annotations

import pytest

from localsdg.registry.calendars import calendars
from localsdg.staging.local.periods import Period, read_periods


def period(text: str, country: str = "GBR") -> tuple[int, int, bool] | None:
    found = read_periods([text], country, 2026).get(text)
    return (found.first, found.last, found.is_part) if found else None


@pytest.mark.parametrize(
    ("text", "first", "last", "part"),
    [
        ("2019", 2019, 2019, False),
        ("2010.0", 2010, 2010, False),
        ("2019/20", 2019, 2020, False),
        ("2018-2020", 2018, 2020, False),
        ("2009–2010", 2009, 2010, False),
        ("2000 - 02", 2000, 2002, False),
        ("1999/00", 1999, 2000, False),
        ("1994/95 - 1996/97", 1994, 1997, False),
        ("2012 to 2013", 2012, 2013, False),
        ("2012 bis 2014", 2012, 2014, False),
        ("2012 a 2014", 2012, 2014, False),
        ("FY 2019", 2019, 2019, False),
        ("FY2019/20", 2019, 2020, False),
        ("Curso 2019/20", 2019, 2020, False),
        ("2021r", 2021, 2021, False),
        ("2022 (e)", 2022, 2022, False),
        ("2021*", 2021, 2021, False),
        ("2021²", 2021, 2021, False),
        ("2021 (provisional)", 2021, 2021, False),
        ("٢٠١٩", 2019, 2019, False),
        ("２０１９", 2019, 2019, False),
        # twelve months are a year, whatever they begin with
        ("Jan 2004-Dec 2004", 2004, 2004, False),
        ("Jan-Dec 2004", 2004, 2004, False),
        ("April 2019 - March 2020", 2019, 2020, False),
        ("Year ending 31 March 2020", 2019, 2020, False),
        ("01/04/2019 to 31/03/2020", 2019, 2020, False),
        # days, months, quarters
        ("2010-06-28", 2010, 2010, True),
        ("31 03 2003", 2003, 2003, True),
        ("12/31/2019", 2019, 2019, True),
        ("3 de mayo de 2020", 2020, 2020, True),
        ("26/02/2020-12/10/2020", 2020, 2020, True),
        ("2009 Q1", 2009, 2009, True),
        ("1er trimestre 2019", 2019, 2019, True),
        ("2T 2019", 2019, 2019, True),
        ("2017-03", 2017, 2017, True),
        ("enero 2020", 2020, 2020, True),
        ("Février 2020", 2020, 2020, True),
        ("März 2020", 2020, 2020, True),
        ("desembre de 2020", 2020, 2020, True),
    ],
)
def test_a_period_that_is_read(text, first, last, part) -> None:
    assert period(text) == (first, last, part)


@pytest.mark.parametrize(
    "text",
    [
        "2803",
        "202",
        "1",
        "",
        "2020-15",
        "2020-2019",
        "2019, 2020",
        "Dec-19",
        "31/02/2020",
        "This is a non-statistical indicator",
    ],
)
def test_a_period_that_is_not_read(text) -> None:
    assert period(text) is None


@pytest.mark.parametrize(
    ("text", "country", "first", "last"),
    [
        ("2073/74", "NPL", 2016, 2017),
        ("२०७३/७४", "NPL", 2016, 2017),
        ("2073", "NPL", 2016, 2017),
        ("2020", "NPL", 2020, 2020),
        ("2561", "THA", 2018, 2018),
        ("๒๕๖๑", "THA", 2018, 2018),
        ("2018", "THA", 2018, 2018),
        ("พ.ศ. 2561", "GBR", 2018, 2018),
        ("1399", "IRN", 2020, 2021),
        ("۱۳۹۹", "AFG", 2020, 2021),
        ("令和2年", "JPN", 2020, 2020),
        ("令和元年", "JPN", 2019, 2019),
        ("H30", "JPN", 2018, 2018),
        ("2018年度", "JPN", 2018, 2018),
        ("民國110年", "TWN", 2021, 2021),
        ("110", "TWN", 2021, 2021),
        ("2012 E.C.", "ETH", 2019, 2020),
        ("2012", "ETH", 2012, 2012),
    ],
)
def test_years_of_the_calendar_of_a_government(text, country, first, last) -> None:
    assert period(text, country) == (first, last, False)


@pytest.mark.parametrize("text", ["2561", "1399", "H30", "110"])
def test_a_calendar_is_not_assumed_in_another_country(text) -> None:
    assert period(text, "GBR") is None


def test_a_year_that_two_calendars_have_is_read_by_the_years_beside_it() -> None:
    assert read_periods(["2073/74", "2074/75"], "NPL", 2026) == {
        "2073/74": Period(2016, 2017),
        "2074/75": Period(2017, 2018),
    }
    # beside 2015 it may be a projection: it is kept as what it says, and a later rule rejects it
    assert read_periods(["2015", "2073"], "NPL", 2026)["2073"] == Period(2073, 2073)


def test_two_digits_are_a_month_where_another_period_of_the_file_is_one() -> None:
    assert read_periods(["2009-10"], "GBR", 2026) == {"2009-10": Period(2009, 2010)}
    assert read_periods(["2009-10", "2009-03"], "GBR", 2026)["2009-10"] == Period(2009, 2009, is_part=True)
    assert read_periods(["2009/10", "2009-03"], "GBR", 2026)["2009/10"] == Period(2009, 2010)


def test_the_first_day_of_every_year_is_how_a_program_writes_years() -> None:
    for texts in (
        ["2019-01-01", "2020-01-01"],
        ["31/12/2019", "31/12/2020"],
        ["2019-12-31T00:00:00", "2020-12-31T00:00:00"],
    ):
        assert not any(period.is_part for period in read_periods(texts, "GBR", 2026).values())
    for texts in (
        ["2019-01-01"],
        ["2019-01-01", "2020-02-01"],
        ["2019-01-01", "2019-12-31"],
        ["2019-03-31", "2020-03-31"],
    ):
        assert all(period.is_part for period in read_periods(texts, "GBR", 2026).values())


def test_every_calendar_has_a_source_and_a_country() -> None:
    assert {each.country_iso3 for each in calendars()} >= {"NPL", "THA", "IRN", "AFG", "TWN", "JPN", "ETH"}
    assert all(each.lowest < each.highest for each in calendars())


@pytest.mark.parametrize(
    ("text", "first", "last", "is_part"),
    [
        ("2019 г.", 2019, 2019, False),
        ("2020 год", 2020, 2020, False),
        ("2020r.", 2020, 2020, False),
        ("2020 r.", 2020, 2020, False),
        ("media 2018-2020", 2018, 2020, False),
        ("2018–2020 гг.", 2018, 2020, False),
        ("2021 (оценка)", 2021, 2021, False),
        ("4.º trimestre 2020", 2020, 2020, True),
        ("I kw. 2020", 2020, 2020, True),
        ("IV квартал 2020 г.", 2020, 2020, True),
        ("2020 1. çeyrek", 2020, 2020, True),
        ("31 декабря 2020 г.", 2020, 2020, True),
        ("rok 2020", 2020, 2020, False),
        ("année 2020", 2020, 2020, False),
        ("anno 2020", 2020, 2020, False),
        ("2020 yılı", 2020, 2020, False),
        ("2020年", 2020, 2020, False),
        ("2020年第1四半期", 2020, 2020, True),
        ("2020년", 2020, 2020, False),
        ("2020년 3월", 2020, 2020, True),
    ],
)
def test_periods_in_words_of_other_languages(text, first, last, is_part) -> None:
    assert period(text) == (first, last, is_part)
