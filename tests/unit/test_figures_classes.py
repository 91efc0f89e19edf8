"""Classes of a map: ends between round numbers, names that share no value, and no class that says what it does not."""

from __future__ import annotations

import pytest

from localsdg.figures.data.classes import MOST, class_names, class_of, put_in_classes, thresholds
from localsdg.figures.messages.messages import words

SHARES = [0.1, 0.3, 1, 2, 4, 6, 9, 15, 22, 31, 38, 45, 57, 63, 70, 78, 84, 91, 96, 99]


def named(values: list[float], unit: str = "PERCENT") -> list[str]:
    rows = [{"value": value, "series": ""} for value in values]
    put_in_classes(rows, unit, words("en"))
    return [row["series"] for row in rows]


def test_no_value_and_one_value_have_no_ends():
    assert thresholds([]) == thresholds([7.0]) == thresholds([7.0, 7.0, 7.0]) == ()
    assert named([]) == []
    assert named([7.0, 7.0]) == ["7%", "7%"]


@pytest.mark.parametrize("unit", ["PERCENT", "reviews"])
def test_up_to_five_different_values_are_classes_named_by_themselves(unit):
    shown = [words("en").amount(value, unit) for value in (3, 1, 2, 5, 4, 1)]
    assert named([3, 1, 2, 5, 4, 1], unit) == shown


def test_ends_are_round_and_share_the_places_out():
    ends = thresholds(SHARES)
    assert ends == (5, 20, 60, 80)
    counts = [sum(class_of(value, ends) == number for value in SHARES) for number in range(MOST)]
    assert counts == [5, 3, 5, 3, 4]
    assert class_names(SHARES, "PERCENT", words("en")) == ["< 5%", "5%–20%", "20%–60%", "60%–80%", "≥ 80%"]


def test_a_value_at_an_end_is_in_the_class_above():
    assert [class_of(value, (20, 50)) for value in (19.9, 20, 49.9, 50, 51)] == [0, 1, 1, 2, 2]


def test_a_value_that_reads_as_an_end_is_in_the_class_above():
    assert named([*SHARES, 59.98])[-1] == "60%–80%"  # printed 60%


def test_classes_of_counts_share_no_number():
    counts = [0, 0, 1, 1, 2, 2, 3, 4, 4, 6, 7, 9, 12, 26, 34]
    names = class_names(counts, "reviews", words("en"))
    assert names == ["0", "1", "2–4", "5–9", "≥ 10"]
    assert named([*counts, 5, 10], "reviews")[-2:] == ["5–9", "≥ 10"]
    assert named([1, 1, 1, 2, 2, 3, 4, 6, 7, 9, 12, 26, 34], "reviews")[0] == "1"


def test_the_class_of_the_highest_value_alone_is_that_value():
    """`≥ 100%` would promise more than a share can be."""
    names = named([0, 3, 8, 12, 30, 45, 60, 90, *[100] * 12])
    assert names[-1] == "100%" and names[0].startswith("< ")


def test_many_equal_values_leave_classes_for_the_others():
    names = named([*[0.0] * 90, 1, 2, 3, 4, 5, 6, 7, 8])
    assert len(set(names)) >= 3
    assert set(names[:90]).isdisjoint(names[91:])


@pytest.mark.parametrize(
    "values",
    [
        [10.1, 10.2, 10.3, 10.4, 10.6, 10.8, 10.9],
        [97.1, 97.5, 98.2, 98.6, 99.1, 99.4, 99.8],
        [1001, 1002, 1003, 1004, 1005, 1006, 1007],
        [0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07],
    ],
)
def test_values_near_each_other_are_told_apart(values):
    names = named(values)
    assert 3 <= len(set(names)) <= MOST
    assert names[0] != names[-1]


def test_negative_values_have_classes_too():
    values = [-40, -30, -22, -11, -4, -1, 3, 9, 20, 31]
    ends = thresholds(values)
    assert ends == tuple(sorted(ends)) and ends[0] < 0 < ends[-1]
    assert len(set(named([-9, -8, -7, -6, -5, -4, -3]))) >= 3
    assert len({class_of(value, ends) for value in values}) == len(ends) + 1


@pytest.mark.parametrize("values", [SHARES, [v * 1e6 for v in SHARES], [v / 100 for v in SHARES], [-v for v in SHARES]])
def test_at_most_five_classes_and_the_lowest_and_highest_hold_something(values):
    ends = thresholds(values)
    assert len(ends) < MOST
    assert class_of(min(values), ends) == 0 and class_of(max(values), ends) == len(ends)
