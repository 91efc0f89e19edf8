"""The shape of a series: change the numbers and the finding changes."""

from __future__ import annotations

import random
from itertools import accumulate

import pytest

from localsdg.figures.findings.shape import KINDS, Point, classify, classify_gap, least_change

MIRRORED = {"rising": "falling", "turned_up": "turned_down"}
MIRRORED |= {other: one for one, other in MIRRORED.items()}
LIMITS = {"<": ">", ">": "<", "": ""}


def series(*values: float, start: int = 2000, step: int = 1) -> list[Point]:
    return [Point(start + step * n, value) for n, value in enumerate(values)]


def at(**years: float) -> list[Point]:
    return [Point(int(year.removeprefix("y")), value) for year, value in years.items()]


HUNGER = series(
    *(12.7, 12.9, 13.1, 12.8, 12.7, 12.1, 11.2, 10.3, 9.7, 9.6, 8.6, 8.2, 8.1, 7.9, 7.7, 7.9, 7.8, 7.5, 7.6, 7.9),
    *(8.9, 9.3, 9.2),
)
SLUMS = at(y2000=31.2, y2004=30.1, y2008=28.2, y2012=24.9, y2014=23.0, y2016=23.4, y2018=24.0, y2020=24.8)
KENYA = at(y1992=26.4, y1994=25.9, y1997=25.4, y2005=36.7, y2015=29.4)
KENYA_LEARNING = series(46.09, 43.55, 44.74, 43.37, 43.24, 43.34, 44.61, 42.45, 46.27)
LEARNING = series(
    65, 65.2, 65.2, 66.7, 67.1, 67.6, 68.2, 68.9, 69.7, 71.2, 72.7, 74.2, 74.8, 75, 74.6, 74.5, 74.4, 74.6
)
INACTIVE = series(
    *(34.0, 33.56, 33.04, 32.55, 32.34, 31.93, 31.57, 31.21, 31.33, 31.26, 31.31, 31.39, 31.49, 31.61, 31.58, 32.8),
    *(32.24, 32.07),
    start=2005,
)
REFUGEES = series(177, 162, 141, 128, 150, 147, 143, 193, 257, 303, 321, 398, step=2)


@pytest.mark.parametrize(
    ("points", "least", "kind", "turn", "record"),
    [
        (HUNGER, 1, "turned_up", 2017, ""),
        (SLUMS, 1, "turned_up", 2014, ""),
        (KENYA, 1, "turned_down", 2005, ""),
        (KENYA_LEARNING, 1, "unchanged", 2000, ""),
        (LEARNING, 1, "stalled", 2011, ""),
        (INACTIVE, 1, "stalled", 2007, ""),
        (REFUGEES, 8, "turned_up", 2006, "high"),
        (series(43.6, 41, 35.7, 38.4, 37.9, 30, 20, 12, 8.5), 1, "falling", 2000, "low"),
        (series(10, 10.4), 1, "unchanged", 2000, ""),
        (series(10, 12), 1, "rising", 2000, ""),
        (at(y1990=50, y2020=49.2), 1, "unchanged", 1990, ""),
    ],
)
def test_what_a_series_does(points, least, kind, turn, record) -> None:
    found = classify(points, least)
    assert (found.kind, found.turn.year, found.record) == (kind, turn, record)
    assert (found.first, found.last) == (points[0], points[-1])


def test_a_change_of_the_numbers_changes_the_finding() -> None:
    # the rise since 2014 taken away: stands still, then falls
    assert classify([*SLUMS[:5], *at(y2016=22.9, y2018=22.9, y2020=22.8)]).kind == "stalled"
    assert classify([*SLUMS[:5], *at(y2016=22.1, y2018=21, y2020=20)]).kind == "falling"
    # the peak of 2005 taken away
    assert classify([*KENYA[:3], Point(2005, 27.0), KENYA[-1]]).kind == "turned_up"
    assert classify([*KENYA[:2], Point(2005, 27.0), KENYA[-1]]).kind == "rising"
    assert classify([*KENYA[:3], Point(2005, 26.0), Point(2015, 26.3)]).kind == "unchanged"


def test_one_noisy_point_is_no_turn() -> None:
    steady = [10.0 + n for n in range(12)]
    for place in range(1, 11):
        noisy = steady.copy()
        noisy[place] += 8
        assert classify(series(*noisy)).kind == "rising", place
    assert classify(series(*[20.0] * 5, 35, *[20.0] * 5)).kind == "unchanged"


def test_a_turn_has_two_points_or_three_years_behind_it() -> None:
    down = [30, 27, 24, 21, 18, 15, 12]
    assert classify(series(*down, 16)).kind == "falling"
    assert classify(series(*down, 16)).recent == Point(2006, 12)
    assert classify(series(*down, 16, 17)).kind == "turned_up"
    assert classify([*series(*down), Point(2009, 16)]).kind == "turned_up"


def test_both_legs_are_at_least_the_least_change() -> None:
    assert classify(series(20, 15, 10, 10.5, 10.9)).kind == "falling"
    assert classify(series(20, 15, 10, 10.5, 12)).kind == "turned_up"
    assert classify(series(10.9, 10.2, 10, 15, 20)).kind == "rising"
    assert classify(series(20, 15, 10, 10.5, 12), least=3).kind == "falling"


def test_a_small_way_back_is_told_beside_the_long_run() -> None:
    found = classify(series(10, 30, 50, 70, 80, 79, 78.5))
    assert (found.kind, found.recent, found.record) == ("rising", Point(2004, 80), "")
    assert classify(series(10, 30, 50, 70, 80, 79.8, 79.6)).recent is None


def test_a_standstill_is_slower_than_what_was_before_and_lasts_five_years() -> None:
    moved = [50, 45, 40, 35, 30]
    assert classify(series(*moved, 30.2, 30.1, 29.9, 30, 30)).before == "falling"
    assert classify(series(*moved, 30.1, 30)).kind == "falling"
    slow = list(accumulate([40.0] + [-0.19] * 22))
    assert classify(series(*slow)).kind == "falling"


@pytest.mark.parametrize(
    ("points", "kind"),
    [
        ([Point(2001, 2.5, "<"), Point(2010, 2.5, "<"), Point(2020, 2.5, "<")], "limited"),
        ([Point(2001, 2.5, "<"), Point(2020, 5, "<")], "limited"),
        ([Point(2001, 2.6), Point(2020, 2.5, "<")], "limited"),
        ([Point(2001, 8), Point(2020, 2.5, "<")], "falling"),
        ([Point(2001, 2.5, "<"), Point(2020, 8)], "rising"),
        ([Point(2001, 1), Point(2020, 8, "<")], "limited"),
        ([Point(2001, 5, "<"), Point(2020, 95, ">")], "rising"),
        ([Point(2001, 95, ">"), Point(2020, 5, "<")], "falling"),
        ([Point(2001, 60), Point(2010, 95, ">"), Point(2020, 95, ">")], "rising"),
        ([Point(2001, 8), Point(2008, 2.5, "<"), Point(2012, 2.5, "<"), Point(2016, 4), Point(2020, 6)], "turned_up"),
        ([Point(2001, 2.5, "<"), Point(2008, 9), Point(2012, 6), Point(2020, 2.5, "<")], "turned_down"),
    ],
)
def test_nothing_is_said_between_two_limits(points, kind) -> None:
    assert classify(points).kind == kind


def test_nothing_falls_to_a_record_of_zero() -> None:
    assert classify(series(5, 4, 3, 2, 1)).record == "low"
    assert classify(series(5, 4, 3, 2, 0)).record == ""


def wandering(seed: int) -> list[Point]:
    pick = random.Random(seed)
    values = accumulate(pick.choice([-6, -2, -0.4, 0, 0.3, 1.5, 5]) for _ in range(pick.randint(2, 25)))
    return [Point(1990 + n + n // 4, round(50 + value, 1)) for n, value in enumerate(values)]


@pytest.mark.parametrize("seed", range(60))
def test_years_may_shift_and_values_mirror_or_grow(seed) -> None:
    points = wandering(seed)
    found = classify(points)
    assert found.kind in KINDS
    later = classify([Point(point.year + 7, point.value) for point in points])
    assert (later.kind, later.turn.year, later.record) == (found.kind, found.turn.year + 7, found.record)
    # above a hundred no decimals are printed
    if max(point.value for point in points) < 100 and min(point.value for point in points) > 1:
        mirrored = classify([Point(point.year, round(101 - point.value, 1), LIMITS[point.limit]) for point in points])
        assert mirrored.kind == MIRRORED.get(found.kind, found.kind) and mirrored.turn.year == found.turn.year


@pytest.mark.parametrize("points", [HUNGER, SLUMS, KENYA, LEARNING, KENYA_LEARNING])
def test_years_of_another_length_and_values_of_another_size(points) -> None:
    found = classify(points)
    wide = classify([Point(1900 + 2 * (point.year - 1990), point.value) for point in points])
    assert (wide.kind, wide.turn.year) == (found.kind, 1900 + 2 * (found.turn.year - 1990))
    large = classify([Point(point.year, 100 * point.value) for point in points], least=100)
    assert (large.kind, large.turn.year) == (found.kind, found.turn.year)


@pytest.mark.parametrize(
    ("values", "unit", "least"),
    [
        ([31.2, 24.2], "PERCENT", 1.0),
        ([0.5, 0.9], "PERCENT", 1.0),
        ([177, 398], "PER_100000_POP", 7.96),
        ([1.2, 1.24], "PER_100000_POP", 0.1),
        ([0.02, 0.04], "PER_100000_POP", 0.01),
        ([4, 5], "reviews", 0.1),
    ],
)
def test_the_least_change_follows_the_unit(values, unit, least) -> None:
    assert least_change(values, unit) == pytest.approx(least)


@pytest.mark.parametrize(
    ("one", "two", "kind"),
    [
        ((34, 33, 32), (15, 15, 15), "steady"),
        ((34, 30, 25), (15, 15, 15), "narrowing"),
        ((25, 30, 34), (15, 15, 15), "widening"),
        ((20, 18, 15.4), (15, 15, 15), "closed"),
        ((20, 16, 12), (15, 15, 15), "crossed"),
        ((12, 16, 20), (15, 15, 15), "crossed"),
        ((15.2, 15, 15.3), (15, 15, 15), "steady"),
    ],
)
def test_what_two_lines_do_to_each_other(one, two, kind) -> None:
    found = classify_gap(series(*one), series(*two))
    assert found and found.kind == kind
    swapped = classify_gap(series(*two), series(*one))
    assert swapped and (swapped.kind, swapped.first, swapped.last) == (kind, -found.first, -found.last)


def test_a_gap_is_that_of_the_printed_values_in_years_that_both_have() -> None:
    found = classify_gap(series(33.54, 30, 28), [*series(21.76, 21), Point(2009, 20)])
    assert found and (found.first, found.last_year, found.last) == (11.7, 2001, 9)
    assert classify_gap(series(3, 4), series(3, 4, start=2001)) is None
    assert classify_gap([Point(2000, 2.5, "<"), Point(2001, 3)], series(3, 4)) is None
