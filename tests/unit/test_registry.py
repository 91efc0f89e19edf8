"""The registry: layouts, releases, codes."""

from __future__ import annotations

import csv

import pytest

from localsdg.common.errors import LocalsdgError
from localsdg.registry import dimensions as dims
from localsdg.registry.releases import canonical_release, is_release, release_in_name, release_order
from localsdg.sources.unsd.bulk_layout import FIXED, read_layout

HEADER = [*FIXED, "[Nature]", "[Units]"]


def test_brackets_spaces_and_slashes_name_one_dimension() -> None:
    for cell in ("[Level status]", " [Level/Status] ", "Level_status", "LEVEL STATUS"):
        assert read_layout([*HEADER, cell], where="f").dimensions == {"level_status": cell}


def test_the_portal_leaves_columns_out() -> None:
    header = ["SeriesCode", "GeoAreaCode", "TimePeriod", "Value", "Sex", "Units", "Nature"]
    layout = read_layout(header, where="f")
    assert set(layout.fixed) == {"SeriesCode", "GeoAreaCode", "TimePeriod", "Value"}
    assert layout.dimensions == {"sex": "Sex"}


def test_a_missing_column_is_named_with_what_is_there() -> None:
    with pytest.raises(LocalsdgError, match=r"column Value is missing in f.csv .* got Goal, Target"):
        read_layout([cell for cell in HEADER if cell != "Value"], where="f.csv")


def test_an_unknown_column_is_let_in_and_named() -> None:
    layout = read_layout([*HEADER, "[Shoe size]", "Quality"], where="f.csv")
    assert layout.unknown == {"shoe_size": "[Shoe size]", "quality": "Quality"}
    assert layout.dimensions == {}
    accepted = read_layout([*HEADER, "[Shoe size]"], where="f", accept=frozenset({"shoe_size"}))
    assert accepted.dimensions == {"shoe_size": "[Shoe size]"} and accepted.unknown == {}


def test_a_doubled_column_is_refused() -> None:
    for twice in (["[Sex]", "Sex"], ["[Shoe size]", "Shoe size"]):
        with pytest.raises(LocalsdgError, match="a column is there twice"):
            read_layout([*HEADER, *twice], where="f")


IN_TIME = [
    "1999-bis",
    "2019.Q2.G.01",
    "2019.Q2.G.02",
    "2019-06",
    "2019.Q3.G.01",
    "2020-10-19",
    "2022-06-30",
    "2022.Q2.G.02",
    "2022-07",
    "2022-07-10",
    "2023.Q3.G.01",
    "2023_Q3.2_AllData_Before_20231215",
    "2023.Q3.G.03",
    "2023-12-15",
    "2023-12-17",
    "2023.Q4.G.01",
    "2025-12-11",
    "2025.Q3.2",
    "2025-12-12",
    "2026.Q1.G.01",
    "2026.Q1.G.02",
    "2026.Q2.G.01",
    "2026.Q2.G.10",
    "2027_new_form",
]


def test_releases_are_put_in_the_order_of_time() -> None:
    # a revision is no day of a month: 2019.Q2.G.02 comes behind all of June
    expected = [one for one in IN_TIME if one != "2019-06"]
    expected.insert(expected.index("2019.Q2.G.01"), "2019-06")
    assert sorted(IN_TIME[::-1], key=release_order) == expected


def test_a_revision_stays_behind_an_earlier_one_whatever_days_are_known() -> None:
    quarters = [
        f"{year}.Q{quarter}.G.{revision:02d}"
        for year in range(2022, 2027)
        for quarter in (1, 2, 3, 4)
        for revision in (1, 2, 3, 10)
    ]
    assert sorted(quarters[::-1], key=release_order) == quarters


@pytest.mark.parametrize(
    ("name", "release"),
    [
        ("2019.Q2.G.01.csv.gz", "2019.Q2.G.01"),
        ("goal13_2022-07_all_groupings.xlsx", "2022-07"),
        ("sdg-2020-10-19.csv", "2020-10-19"),
        ("Goal1.xlsx", None),
        ("2019-13.csv", None),
        ("SDG_20240215.csv", None),
        ("2022-07-10.csv.gz", "2022-07-10"),
        ("2025_Q3.2_AllData_Before_20251212.csv", "2025.Q3.G.02"),
        ("2023_Q3.2_AllData_Before_20231215.csv", "2023.Q3.G.02"),
        ("2025.Q3.2.csv", "2025.Q3.G.02"),
        ("UN 2026.q2.g.02 all.csv", "2026.Q2.G.02"),
        ("2022.Q5.G.01.csv", None),
        ("2025.Q3.csv", None),
        ("2025.Q3.123.csv", None),
    ],
)
def test_release_in_a_file_name(name: str, release: str | None) -> None:
    assert release_in_name(name) == release


@pytest.mark.parametrize(
    ("name", "release"),
    [
        ("2026.Q1.G.01", "2026.Q1.G.01"),
        ("2025.Q3.2", "2025.Q3.G.02"),
        ("2025_Q3.2", "2025.Q3.G.02"),
        ("2025_Q3.2_AllData_Before_20251212", "2025.Q3.G.02"),
        ("2024-02", "2024-02"),
        ("2025_Q3.2_AllData_Before_20251212.csv", "2025.Q3.G.02"),
        ("2022-07-10", "2022-07-10"),
        ("../../etc", None),
        ("latest", None),
        ("2025.Q3.2/../x", None),
        ("2024-13", None),
        ("", None),
    ],
)
def test_one_release_has_one_name(name: str, release: str | None) -> None:
    assert canonical_release(name) == release and is_release(name) == (release is not None)


def test_reviewed_lists_hold_together() -> None:
    with dims.CODES_CSV.open(encoding="utf-8") as handle:
        codes = list(csv.DictReader(handle))
    with dims.UNIVERSE_CSV.open(encoding="utf-8") as handle:
        universe = list(csv.DictReader(handle))
    known = dims.KNOWN_DIMENSIONS | {"*", "units", "nature"}
    faults = [row for row in codes if row["dimension"] not in known]
    keys = [(row["dimension"], row["code"]) for row in codes]
    faults += [key for key in keys if keys.count(key) > 1]
    canonical = {(row["dimension"], row["canonical"]) for row in codes}
    faults += [key for key in keys if key in canonical and key[1] != "total"]
    faults += [row for row in universe if row["kind"] not in ("total", "universe") or not row["reason"]]
    assert not faults
