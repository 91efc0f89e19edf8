"""Cells of files -> rows with period, value, unit and area, and the headline among them."""

from __future__ import annotations

import re

import duckdb
import pytest
from local_helpers import HOME, data_file

from localsdg.common.context import RunContext
from localsdg.common.settings import Settings
from localsdg.staging.local.describe import describe
from localsdg.staging.local.headline import choose_headline
from localsdg.staging.local.parse import FileToParse, column_roles, most_specific, parse_rows
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
    read = [data_file(content) for content in files]
    context = RunContext(con, Settings(), "run")
    parse_rows(
        context, [FileToParse(n, file, description, home, column_roles(file, home)) for n, file in enumerate(read, 1)]
    )
    choose_headline(context)
    return con.execute(f"select {columns} from local_row order by file, row").fetchall()


def test_the_role_of_a_column_is_found_by_its_name_and_cells() -> None:
    file = data_file(
        "Year,Sex,Ward,Series,Units,Observation status,Unit multiplier,Value,Group\n"
        "2019,F,Old Town,Base,%,,units,1,A\n2020,,Weirford,Base,%,,units,2,B\n"
    )
    roles = column_roles(file, HOME)
    assert (roles.year, roles.value, roles.unit, roles.status) == ("Year", "Value", "Units", "Observation status")
    assert roles.names == ("Sex", "Ward", "Series", "Group")  # a multiplier of one is no column of the table
    assert roles.areas == ((2, "part"),)
    assert roles.groups == (1, 4), "one text in every row is a label"


def test_one_group_of_people_in_every_row_is_not_the_whole() -> None:
    assert column_roles(data_file("Year,Sex,Value\n2019,F,1\n2020,F,2\n"), HOME).groups == (1,)


def test_a_file_without_years_is_refused() -> None:
    with pytest.raises(ValueError, match="year"):
        column_roles(data_file("Period,Value\n2019,1\n"), HOME)


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
        columns="unit, unit_basis, published_unit",
        stated=StatedFacts(unit="Persons"),
    )
    assert rows == [("PERCENT", "column", "Prozent"), ("Persons", "metadata", None)]


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
    rows = parsed(con, "Year,Value,Series\n2019,1,A\n2019,2,B\n2020,3,A\n", columns="is_headline")
    assert rows == [(False,), (False,), (False,)], "the series tell the rows apart"
    rows = parsed(con, "Year,Value,Region\n2019,1,Weirford\n2019,2,\n2020,3,\n", columns="is_headline")
    assert rows == [(False,), (False,), (True,)]


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
    assert len(rules) == 5 and rules <= set(ROW_RULES)


def test_no_file_at_all_makes_empty_tables(con) -> None:
    assert parsed(con, columns="rule") == []
