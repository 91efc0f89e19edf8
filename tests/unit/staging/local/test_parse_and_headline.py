"""Cells of files -> rows with period, value, unit and area, and the headline among them."""

from __future__ import annotations

import re

import duckdb
import pytest
from local_helpers import HOME, data_file

from localsdg.common.context import RunContext
from localsdg.common.settings import Settings
from localsdg.staging.local.columns import column_roles
from localsdg.staging.local.describe import describe
from localsdg.staging.local.headline import choose_headline
from localsdg.staging.local.parse import FileToParse, most_specific, parse_rows
from localsdg.staging.local.reference_area import Home, Place
from localsdg.staging.local.rules import ROW_RULES
from localsdg.staging.local.snapshot_content import StatedFacts
from localsdg.staging.local.values import prepare_values

MADRID = Home("Madrid", "city", "ESP")


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    prepare_values(con)
    return con


def parsed(con, *files: str, columns: str, home: Home = HOME, stated: StatedFacts | None = None) -> list[tuple]:
    """The given columns of all rows of some files, in the order of files and rows."""
    description = describe("1-1-1", stated or StatedFacts(), home)
    titles = description.stated.titles.values()
    read = [data_file(content) for content in files]
    context = RunContext(con, Settings(), "run")
    parse_rows(
        context,
        [FileToParse(n, file, description, home, column_roles(file, home, titles)) for n, file in enumerate(read, 1)],
    )
    choose_headline(context)
    return con.execute(f"select {columns} from local_row order by file, row").fetchall()


def test_a_file_decides_how_its_commas_are_read_and_another_one_decides_for_itself(con) -> None:
    rows = parsed(
        con,
        'Year,Value\n2018,"1,234"\n2019,"12,5"\n',
        'Year,Value\n2018,"1,234"\n2019,1.5\n',
        'Year,Value\n2018,"1,234"\n',
        "Year;Value\n2018;1,234\n",
        columns="file, value, rule",
    )
    assert rows == [
        (1, 1.234, None),
        (1, 12.5, None),
        (2, 1234.0, None),
        (2, 1.5, None),
        (3, None, "R06"),
        (4, 1.234, None),
    ]


@pytest.mark.parametrize(
    ("cells", "unit", "values"),
    [
        # a count, no decimals anywhere: the commas are for thousands
        (["987", "1,234", "2,310", "1,875", "640"], "Number", [987, 1234, 2310, 1875, 640]),
        # 2,310 beside 987: a decimal would be 2,31, or the other 987,000
        (["987", "1,234", "2,310"], "", [987, 1234, 2310]),
        (["98,765", "1,23,456", "2,31,000"], "Rupees", [98765, 123456, 231000]),
        (["987", "1’234", "2 310"], "", [987, 1234, 2310]),
        # per cent with three decimals
        (["12,345", "9,871", "0,532"], "Percentage", [12.345, 9.871, 0.532]),
        (["12,345", "9,871"], "Percentage", [12.345, 9.871]),
        # nothing decides
        (["12,345", "9,871"], "", [None, None]),
        (["12,345", "9871"], "Number", [None, 9871]),
        # two styles in one file
        (["12,345", "9.5", "9,5"], "Number", [None, 9.5, 9.5]),
        (["987", "1.234", "2.310"], "Number", [987, 1234, 2310]),
        (["1.234", "2.31"], "Number", [1.234, 2.31]),
        (["1.234", "1.234.567"], "", [1234, 1234567]),
        (["1.500", "2"], "Number", [1.5, 2]),
        (["12,340", "9"], "Percentage", [12.34, 9]),
    ],
)
def test_a_file_has_one_style_for_all_its_commas(con, cells, unit, values) -> None:
    body = "".join(f'{2000 + n},"{cell}"\n' for n, cell in enumerate(cells))
    rows = parsed(con, "Year,Value\n" + body, columns="value, is_headline", stated=StatedFacts(unit=unit))
    assert [value for value, _ in rows] == values
    is_understood = None not in values
    assert {is_headline for _, is_headline in rows} == {is_understood}, "what is left would be a biased series"


@pytest.mark.parametrize(
    ("country", "cells", "values"),
    [
        ("GBR", ["1,234", "1,156"], [1234, 1156]),
        ("GBR", ["1.234", "1.156"], [1.234, 1.156]),
        # thousands, or a mean with three decimals
        ("ESP", ["1,234", "1,156"], [None, None]),
        ("ESP", ["1.234", "1.156"], [None, None]),
        ("ESP", ["987", "1,234"], [987, 1234]),
        # a program would have written 7.36: offences in Schleswig-Holstein
        ("DEU", ["7.360", "6.264"], [7360, 6264]),
        ("GBR", ["7.360", "6.264"], [7.36, 6.264]),
        ("ESP", ["1.234", "1.15"], [1.234, 1.15]),
    ],
)
def test_how_a_country_writes_counts_decides_where_the_file_does_not(con, country, cells, values) -> None:
    body = "".join(f'{2000 + n},"{cell}"\n' for n, cell in enumerate(cells))
    home = Home("Weirford", "city", country)
    rows = parsed(con, "Year,Value\n" + body, columns="value", home=home, stated=StatedFacts(unit="Number"))
    assert [value for (value,) in rows] == values


def test_a_number_that_is_not_read_takes_the_headline_only_where_it_is_a_candidate(con) -> None:
    rows = parsed(con, "Year,Sex,Value\n2019,,5\n2019,F,5/2\n2020,,6\n", columns="is_headline")
    assert rows == [(True,), (False,), (True,)]


@pytest.mark.parametrize(("country", "value"), [("GBR", -2.1), ("DEU", None)])
def test_brackets_are_a_minus_where_they_are_no_mark_of_the_statistical_office(con, country, value) -> None:
    home = Home("Weirford", "city", country)
    assert parsed(con, "Year,Value\n2019,(2.1)\n2020,1.5\n", columns="value", home=home) == [(value,), (1.5,)]
    rows = parsed(con, "Year,Value\n2019,(2.1)\n2020,-1.5\n", columns="value", home=home)
    assert rows == [(-2.1,), (-1.5,)]


def test_a_multiplier_is_applied_and_no_dimension(con) -> None:
    rows = parsed(
        con,
        "Year,Units,Unit multiplier,Value\n2019,Number,Units,480\n2020,Number,Millions,0.00051\n"
        "2021,Number,Thousands,12.9\n2022,Number,,7\n",
        columns="value, multiplier, value_raw, dimensions, is_headline",
    )
    assert rows == [
        (480.0, 1.0, "480", {}, True),
        (510.0, 1e6, "0.00051", {}, True),
        (12900.0, 1000.0, "12.9", {}, True),
        (7.0, 1.0, "7", {}, True),
    ]


@pytest.mark.parametrize(
    ("multiplier", "expected"), [("Thousands", (None, 12.5, 1.0)), ("Millions", ("R14", None, None))]
)
def test_a_multiplier_beside_a_unit_with_a_magnitude_counts_once_or_contradicts_it(con, multiplier, expected) -> None:
    rows = parsed(
        con,
        f"Year,Units,Unit multiplier,Value\n2019,Thousand tonnes,{multiplier},12.5\n",
        columns="rule, value, multiplier",
    )
    assert rows == [expected]


def test_a_multiplier_that_is_not_understood_rejects_its_row_and_the_rest_is_no_headline(con) -> None:
    rows = parsed(con, "Year,UNIT_MULT,Value\n2019,dozens,5\n2020,3,6\n", columns="rule, value, is_headline")
    assert rows == [("R14", None, False), (None, 6000.0, False)]


def test_nothing_later_than_next_year_is_a_headline_and_nothing_far_ahead_is_kept(con) -> None:
    description = describe("1-1-1", StatedFacts(), HOME)
    file = data_file("Year,Value\n2022,1\n2023,2\n2024,3\n2027,4\n2028,5\n2022-2029,6\n")
    parse_rows(
        RunContext(con, Settings(), "run"), [FileToParse(1, file, description, HOME, column_roles(file, HOME), 2022)]
    )
    choose_headline(RunContext(con, Settings(), "run"))
    assert con.execute("select rule, is_headline from local_row order by row").fetchall() == [
        (None, True),
        (None, True),
        (None, False),
        (None, False),
        ("R13", False),
        ("R13", False),
    ]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ('2019,"1,234"\n2020,5\n', "some numbers of the own area are not understood: 1,234"),
        ("2028,1\n", "every year is later than the one after the pull"),
    ],
)
def test_what_keeps_a_headline_away_is_named(con, body, reason) -> None:
    description = describe("1-1-1", StatedFacts(), HOME)
    file = data_file("Year,Value\n" + body)
    parse_rows(
        RunContext(con, Settings(), "run"), [FileToParse(1, file, description, HOME, column_roles(file, HOME), 2024)]
    )
    choose_headline(RunContext(con, Settings(), "run"))
    assert con.execute("select no_headline_reason from local_no_headline").fetchone() == (reason,)


def test_years_of_the_calendar_of_the_government(con) -> None:
    home = Home("Pipaltar", "municipality", "NPL")
    description = describe("1-2-1", StatedFacts(unit="Percentage"), home)
    file = data_file("Year,Value\n2073/74,21.6\n2074/75,20.1\n")
    parse_rows(
        RunContext(con, Settings(), "run"), [FileToParse(1, file, description, home, column_roles(file, home), 2026)]
    )
    choose_headline(RunContext(con, Settings(), "run"))
    columns = "first_year, last_year, year_text, value, is_headline"
    assert con.execute(f"select {columns} from local_row order by row").fetchall() == [
        (2016, 2017, "2073/74", 21.6, True),
        (2017, 2018, "2074/75", 20.1, True),
    ]


def test_zero_is_a_value_and_a_blank_is_none(con) -> None:
    rows = parsed(
        con,
        "Year,Value\n2019,0\n2020,0.0\n2021,\n2022,-\n2023,3\n",
        columns="rule, value, value_status, is_headline",
    )
    assert rows == [
        (None, 0.0, "number", True),
        (None, 0.0, "number", True),
        ("R04", None, None, False),
        (None, None, "not available", False),
        (None, 3.0, "number", True),
    ]


def test_every_row_has_a_rule_or_a_value_of_a_period(con) -> None:
    rows = parsed(
        con,
        "Year,Value,Sex\n2019,,F\n202,5,F\n2019,abc,F\n2019,7,F\n2019,7,F\n2018,1,M\n2018,2,M\n2017,NA,F\n",
        columns="rule, value_status",
    )
    assert rows == [
        ("R04", None),
        ("R07", "number"),
        ("R06", "unparsed"),
        (None, "number"),
        ("R09", "number"),
        ("R08", "number"),
        ("R08", "number"),
        (None, "not available"),
    ]


def test_dimensions_are_the_cells_that_are_not_empty(con) -> None:
    rows = parsed(con, "Year,Value,Sex,Age\n2019,1, F ,\n2019,2,,\n", columns="dimensions")
    assert rows == [({"Sex": "F"},), ({},)]


def test_a_unit_of_the_row_goes_before_that_of_the_metadata(con) -> None:
    rows = parsed(
        con,
        "Year,Value,Units\n2019,1,Prozent\n2020,2,\n",
        columns="unit, unit_basis, stated_unit",
        stated=StatedFacts(unit="Persons"),
    )
    assert rows == [("PERCENT", "column", "Prozent"), ("NUMBER", "metadata", "Persons")]


def test_the_headline_is_of_the_own_area_and_the_whole_population(con) -> None:
    rows = parsed(
        con,
        "Year,Value,Region,Sex\n2019,1,España,\n2019,2,Madrid,Total\n2019,3,Madrid,F\n2020,4,,\n2020-06-30,5,,\n",
        columns="value, area_kind, is_headline",
        home=MADRID,
    )
    assert rows == [
        (1.0, "national", False),
        (2.0, "own", True),
        (3.0, "own", False),
        (4.0, "own", True),
        (5.0, "own", False),  # a day is not a year
    ]


def test_a_year_with_two_candidates_has_no_headline(con) -> None:
    rows = parsed(con, "Year,Value,Region\n2019,1,Weirford\n2019,2,\n2020,3,\n", columns="is_headline")
    assert rows == [(False,), (False,), (True,)]


def test_each_series_has_its_headline_in_its_own_unit(con) -> None:
    rows = parsed(
        con,
        "Year,Value,Série,Units\n2019,1,A,%\n2019,2,B,Euro\n2019,3,B,%\n2020,4,B,Euro\n2020,5,,%\n2020,6,,%\n",
        columns="series, value, is_headline, dimensions",
    )
    assert [(series, value) for series, value, is_headline, _ in rows if is_headline] == [("A", 1), ("B", 2), ("B", 4)]
    assert rows[0][3] == {"Série": "A"}, "a series stays among the dimensions, too"


@pytest.mark.parametrize(
    ("column", "cell", "is_headline"),
    [
        ("Sexe", "Dones", False),
        ("Altersgruppe", "65 und älter", False),
        ("Location", "Rural", False),
        ("Migration status", "Foreign born", False),
        ("障害", "あり", False),
        ("Пол", "Женщины", False),
        ("الجنس", "إناث", False),
        ("Whatever", "Eastgate", False),
        ("Sexe", "Tots dos", True),
        ("性別", "総数", True),
        ("Пол", "Оба пола", True),
        ("SEXO", "SEXO._T", True),
        ("Gruppe", "\tBevölkerung Gesamt", True),
        ("Whatever", "Weirford", True),
        ("Whatever", "Poverty rate", True),  # the indicator itself
        ("Serie", "Base", True),
    ],
)
def test_one_value_in_all_rows_is_a_group_unless_it_means_the_whole(con, column, cell, is_headline) -> None:
    content = f"Year,{column},Value\n2019,{cell},1\n2020,{cell},2\n"
    stated = StatedFacts(titles={"en": "Poverty rate"})
    assert parsed(con, content, columns="is_headline", stated=stated) == [(is_headline,)] * 2


def test_a_group_in_a_part_of_the_rows_leaves_the_blank_ones_as_headlines(con) -> None:
    rows = parsed(
        con,
        "Year,Sexe,Edat,Value\n2018,Dones,,1\n2019,,,2\n2020,Total,65 i més,3\n2021,Total,,4\n",
        columns="first_year, is_headline",
    )
    assert [year for year, is_headline in rows if is_headline] == [2019, 2021]


def test_a_measure_makes_no_group_and_hides_no_contradiction(con) -> None:
    rows = parsed(
        con,
        "Year,Value,Lower CI (95%),Stichprobengröße,Note,Source\n"
        "2017,1,0.5,100,,Census\n2018,2,1.5,90,p,Census\n2019,3,2.5,80,,Survey\n2019,4,3.5,80,revised,Survey\n"
        "2020,5,4.1,70,,Census\n2020,6,5.1,70,,Survey\n",
        columns="rule, is_headline, dimensions",
    )
    assert [(rule, is_headline) for rule, is_headline, _ in rows] == [
        (None, True),
        (None, True),
        ("R08", False),  # nothing but its limits and notes tells the rows apart
        ("R08", False),
        (None, False),  # two sources contradict each other: both are kept, none is chosen
        (None, False),
    ]
    assert rows[0][2] == {"Lower CI (95%)": "0.5", "Stichprobengröße": "100", "Source": "Census"}


@pytest.mark.parametrize(
    ("stated", "chosen"),
    [
        (StatedFacts(unit="Persons"), "Persons"),  # the metadata's unit, though it has fewer years
        (StatedFacts(), "Euro"),  # else the one with most years
    ],
)
def test_a_file_has_its_headline_in_one_unit(con, stated, chosen) -> None:
    rows = parsed(
        con,
        "Year,Value,Units\n2019,1,Persons\n2019,2,%\n2019,3,Euro\n2020,4,Euro\n",
        columns="published_unit, is_headline",
        stated=stated,
    )
    assert {unit for unit, is_headline in rows if is_headline} == {chosen}


def test_of_places_in_several_columns_the_part_inside_counts_most() -> None:
    own, part, other = Place("own", "Weirford"), Place("part", "Old Town"), Place("other", "Leeds")
    assert most_specific([own, other, part, None]) == part
    assert most_specific([own, other]) == other
    assert most_specific([own, Place("own", "Weirford", is_exact=False)]) == Place("own", "Weirford", is_exact=False)
    assert most_specific([None]) is None


def test_every_rule_of_a_row_is_declared() -> None:
    select = RunContext(None, Settings(), "").select("staging/local_row")  # type: ignore[arg-type]
    rules = set(re.findall(r"'([A-Z]\d\d)'", select))
    assert len(rules) == 7 and rules <= set(ROW_RULES)


def test_no_file_at_all_makes_empty_tables(con) -> None:
    assert parsed(con, columns="rule") == []


@pytest.mark.parametrize(
    ("groups", "unit", "has_headline"),
    [
        # shares by sex, all or one of them
        ({"F": (36, 37), "M": (64, 63)}, "%", False),
        ({"F": (36, 37)}, "%", False),
        # a rate of which everybody, or nearly everybody in the smaller group, is
        ({"F": (100, 100), "M": (100, 100)}, "%", True),
        ({"Rural": (98, 99.2)}, "%", True),
        ({"F": (36, 37), "M": (64, 63)}, "persons", True),
    ],
)
def test_a_total_of_shares_is_no_headline(con, groups, unit, has_headline) -> None:
    lines = [f"{year},Total,100" for year in (2019, 2020)]
    lines += [f"{2019 + at},{name},{value}" for name, values in groups.items() for at, value in enumerate(values)]
    found = parsed(con, "\n".join(["Year,Sex,Value", *lines]), columns="is_headline", stated=StatedFacts(unit=unit))
    assert [is_headline for (is_headline,) in found[:2]] == [has_headline] * 2
    (reason,) = con.execute("select no_headline_reason from local_no_headline").fetchone()
    assert reason == (None if has_headline else "the total is 100 in every year, of groups that are shares of it")
