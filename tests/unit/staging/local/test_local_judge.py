"""Each sign of a placeholder, and what is not one."""

from __future__ import annotations

import pytest

from localsdg.staging.local.data_file import DataFile, read_csv
from localsdg.staging.local.describe import describe
from localsdg.staging.local.judge import judge, repeated_content
from localsdg.staging.local.reference_area import Home
from localsdg.staging.local.snapshot_content import StatedFacts
from localsdg.staging.opensdg.starter import has_starter_shape, starter_hashes

HOME = Home("Weirford", "city", "GBR")
STARTER = b"Year,Group,Value\n2015,A,1\n2015,B,3\n2015,,2\n"
REAL = b"Year,Value\n2015,12.5\n2016,13.1\n"


def data_file(content: bytes, indicator_id: str = "1-1-1") -> DataFile:
    file = read_csv(content, f"{indicator_id}.csv", indicator_id)
    file.is_example = has_starter_shape(file)
    return file


def rule(content: bytes, stated: StatedFacts | None = None, **given) -> str | None:
    description = describe("1-1-1", stated or StatedFacts(), HOME)
    return judge(data_file(content), description, **{"year_pulled": 2022, **given})[0]


def test_the_starter_list_holds_hashes_only() -> None:
    assert len(starter_hashes()) == 1513 and all(len(sha256) == 64 for sha256 in starter_hashes())


COMPLETE = StatedFacts(reporting_status="complete")


@pytest.mark.parametrize(
    ("content", "stated", "expected"),
    [
        (REAL, COMPLETE, None),
        (REAL, StatedFacts(), None),
        (REAL, StatedFacts(reporting_status="notstarted"), "X01"),
        (REAL, StatedFacts(reporting_status="exploring"), "X01"),
        (REAL, StatedFacts(reporting_status="complete", is_statistical=False), "X02"),
        (STARTER.replace(b",2\n", b",4\n"), COMPLETE, "X03"),
        (b"Year,Grade,Planet,Fruit,Value\n2015,A,Venus,Apple,1\n", StatedFacts(), "X03"),
        (b"Year,Value\n2029,1\n2030,2\n", COMPLETE, "P03"),
        (b"Year,Value\n2029,0\n2030,0\n", COMPLETE, "P03"),
        # years of Thailand and Nepal, in which no mother died
        (b"Year,Value\n2559,0\n2560,1\n", COMPLETE, None),
        (b"Year,Value\n2078,0\n2079,1\n", COMPLETE, None),
        # zeros in years that have come are a figure: no maternal death in six years
        (b"Year,Value\n2018,0\n2019,0\n", COMPLETE, None),
    ],
)
def test_rule(content, stated, expected) -> None:
    assert rule(content, stated) == expected


def test_content_that_is_known_to_be_invented() -> None:
    assert rule(REAL, COMPLETE, known=frozenset({data_file(REAL).sha256})) == "P01"


def test_one_content_in_most_files_of_a_publisher() -> None:
    files = [data_file(REAL, f"{n}-1-1") for n in range(3)]
    assert repeated_content(files) == {files[0].sha256}
    assert rule(REAL, in_many=repeated_content(files)) == "P02"
    others = [data_file(b"Year,Value\n2015,%d\n" % n, f"{n}-9-9") for n in range(9)]
    assert repeated_content([*files, *others]) == frozenset()


def test_one_value_throughout_is_no_sign_until_many_indicators_have_it() -> None:
    constant = b"Year,Value\n2019,100\n2020,100\n"
    of_series = [data_file(constant, f"4-a-1-{letter}") for letter in "abcdefghijklmnopqrstuvwx"]
    assert repeated_content([*of_series, data_file(constant, "3-1-1")]) == frozenset()
    of_indicators = [data_file(constant.replace(b"100", b"0"), f"{n}-1-1") for n in range(20)]
    assert repeated_content(of_indicators) == {of_indicators[0].sha256}


def test_equal_files_under_the_codes_of_one_indicator_are_right() -> None:
    disasters = [data_file(REAL, indicator_id) for indicator_id in ("1-5-1", "11-5-1", "13-1-1-a")]
    assert repeated_content(disasters) == frozenset()


def test_what_cannot_be_judged_or_described_is_left_out_with_its_reason() -> None:
    description = describe("1-1-1", StatedFacts(coverage=5), HOME)  # type: ignore[arg-type]
    assert judge(data_file(REAL), description, year_pulled=2022) == ("R10", description.fault)
    assert description.fault and description.fault.startswith("AttributeError")


def test_a_status_that_nothing_states_and_one_that_cannot_be_read() -> None:
    assert rule(REAL, StatedFacts()) is None
    assert rule(REAL, StatedFacts(is_status_known=False)) == "R12"


def test_a_year_of_the_governments_own_calendar_is_no_future_year() -> None:
    content = b"Year,Value\n2050,1\n2055,2\n"
    assert rule(content, COMPLETE, year_pulled=2026) == "P03"
    assert rule(content, COMPLETE, year_pulled=2026, country_iso3="NPL") is None
    # 2090 is 2033
    assert rule(b"Year,Value\n2073,1\n2090,2\n", COMPLETE, year_pulled=2026, country_iso3="NPL") == "P03"
