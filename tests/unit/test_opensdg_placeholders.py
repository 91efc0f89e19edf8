"""Each sign of a placeholder, and what is not one."""

from __future__ import annotations

import pytest

from localsdg.staging.opensdg.files import read_csv
from localsdg.staging.opensdg.placeholders import file_rule, repeated, starter_hashes

STARTER = b"Year,Group,Value\n2015,A,1\n2015,B,3\n2015,,2\n"
REAL = b"Year,Value\n2015,12.5\n2016,13.1\n"


def rule(content: bytes, fields: dict | None = None, **given) -> str | None:
    file = read_csv(content, "f.csv", "1-1-1")
    return file_rule(file, fields or {}, **{"in_many": frozenset(), "year_pulled": 2022, **given})


def test_the_starter_list_holds_hashes_only() -> None:
    assert len(starter_hashes()) == 1513 and all(len(one) == 64 for one in starter_hashes())


@pytest.mark.parametrize(
    ("content", "fields", "expected"),
    [
        (REAL, {"reporting_status": "complete"}, None),
        (REAL, {}, None),
        (REAL, {"reporting_status": "notstarted"}, "OSDG-X01"),
        (REAL, {"reporting_status": "exploring"}, "OSDG-X01"),
        (REAL, {"reporting_status": "complete", "data_non_statistical": "True"}, "OSDG-X02"),
        (STARTER.replace(b",2\n", b",4\n"), {"reporting_status": "complete"}, "OSDG-X03"),
        (b"Year,Grade,Planet,Fruit,Value\n2015,A,Venus,Apple,1\n", {}, "OSDG-X03"),
        (b"Year,Value\n2029,1\n2030,2\n", {"reporting_status": "complete"}, "OSDG-P03"),
        (b"Year,Value\n2029,0\n2030,0\n", {"reporting_status": "complete"}, "OSDG-P03"),
        # zeros in years that have come are a figure: no maternal death in six years
        (b"Year,Value\n2018,0\n2019,0\n", {"reporting_status": "complete"}, None),
    ],
)
def test_rule(content, fields, expected) -> None:
    assert rule(content, fields) == expected


def test_one_content_in_most_files_of_a_site() -> None:
    files = [read_csv(REAL, f"{n}.csv", f"{n}-1-1") for n in range(3)]
    assert repeated(files, lambda ids: False) == {files[0].sha256}
    assert rule(REAL, in_many=repeated(files, lambda ids: False)) == "OSDG-P02"
    other = [read_csv(b"Year,Value\n2015,%d\n" % n, f"o{n}.csv", f"o{n}") for n in range(9)]
    assert repeated([*files, *other], lambda ids: False) == frozenset()


def test_equal_files_under_the_codes_of_one_indicator_are_right() -> None:
    files = [read_csv(REAL, f"{one}.csv", one) for one in ("1-5-1", "11-5-1", "13-1-1")]
    assert repeated(files, lambda ids: set(ids) <= {"1-5-1", "11-5-1", "13-1-1"}) == frozenset()
