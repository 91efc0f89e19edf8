"""Two data files with the id of one indicator: which is used, and why."""

from __future__ import annotations

import pytest

from localsdg.staging.local.data_file import DataFile, read_csv
from localsdg.staging.opensdg.archive import _indicator_id
from localsdg.staging.opensdg.doubles import settle_doubles

GOOD, OTHER, THIRD = "Year,Value\n2019,21.6\n", "Year,Value\n2019,3\n", "Year,Value\n2019,7\n"


def files_of(contents: dict[str, str]) -> list[DataFile]:
    return [read_csv(content.encode(), f"data/{name}", _indicator_id(name)[0]) for name, content in contents.items()]


@pytest.mark.parametrize(
    ("contents", "left_out"),
    [
        # the same rows: the platform's form of today is used
        ({"indicator_1-1-1.csv": GOOD, "indicator_1.1.1.csv": GOOD}, {"indicator_1.1.1.csv": "the same rows"}),
        ({"indicator_1-1-1.csv": GOOD, "indicator_1.1.1.csv": OTHER}, {"indicator_1.1.1.csv": "contradicts"}),
        # other rows: the form of the site's other files
        (
            {"indicator_1-1-1.csv": GOOD, "indicator_1.1.1.csv": OTHER, "indicator_2.1.1.csv": THIRD},
            {"indicator_1-1-1.csv": "contradicts"},
        ),
        ({"indicator_1-a-1.csv": GOOD, "indicator_1-A-1.csv": OTHER}, {"indicator_1-A-1.csv": "contradicts"}),
        # nothing tells them apart
        (
            {"old/indicator_1-1-1.csv": GOOD, "indicator_1-1-1.csv": GOOD},
            {},
        ),
    ],
)
def test_one_of_two_files_is_used_by_rule(contents, left_out) -> None:
    files = files_of(contents)
    settle_doubles(files)
    found = {file.entry.removeprefix("data/"): file.detail for file in files if file.rule == "R11"}
    assert found.keys() == left_out.keys()
    assert all(reason in str(found[name]) for name, reason in left_out.items())


def test_where_names_do_not_tell_none_is_used() -> None:
    files = files_of({"indicator_1-1-1.csv": GOOD}) + files_of({"indicator_1-1-1.csv": OTHER})
    settle_doubles(files)
    assert [(file.rule, file.used_instead) for file in files] == [("R11", None), ("R11", None)]
