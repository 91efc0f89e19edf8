"""The registry: layouts, releases, codes."""

from __future__ import annotations

import csv

import pytest

from localsdg.errors import LocalsdgError
from localsdg.registry import dimensions as dims
from localsdg.registry.releases import is_release, release_in_name, release_order
from localsdg.sources.bulk_layout import FIXED, read_layout

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


def test_releases_are_put_in_order_by_their_parts() -> None:
    names = ["2022-07", "2019.Q3.G.01", "2020-10-19", "2019.Q2.G.02", "2019.Q2.G.01", "2022.Q2.G.02"]
    assert sorted(names, key=release_order) == [
        "2019.Q2.G.01", "2019.Q2.G.02", "2019.Q3.G.01", "2020-10-19", "2022.Q2.G.02", "2022-07",
    ]


@pytest.mark.parametrize(("name", "release"), [
    ("2019.Q2.G.01.csv.gz", "2019.Q2.G.01"), ("goal13_2022-07_all_groupings.xlsx", "2022-07"),
    ("sdg-2020-10-19.csv", "2020-10-19"), ("Goal1.xlsx", None), ("2019-13.csv", None),
    ("SDG_20240215.csv", None),
])
def test_release_in_a_file_name(name: str, release: str | None) -> None:
    assert release_in_name(name) == release


def test_only_known_forms_are_releases() -> None:
    assert is_release("2026.Q1.G.01") and is_release("2024-02")
    assert not is_release("../../etc") and not is_release("latest")


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
