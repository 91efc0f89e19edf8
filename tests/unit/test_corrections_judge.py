"""Whether a correction still fits, from what each release has."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from localsdg.registry.corrections import Correction, Said
from localsdg.staging.corrections.judge import APPLIED, UNFIT, UNMET, Found, judge

ONE = Correction(
    correction_id="one",
    what="w",
    action="flag",
    reason="r",
    who="w",
    since=date(2023, 6, 1),
    source="unsd",
    series=("XX_A",),
    areas=("048",),
    sites=(),
    governments=(),
    indicators=(),
    years=(2021,),
    breakdown={},
    releases=(),
    said=(Said(1, ("9",), None, None, ()),),
    value=None,
    unit=None,
    factor=None,
    flag="known fault",
    declared_in="project",
)
SAYS = Found("2023-12-17", 1, ("9",), "9", "9", 10, True, True)


def other(release: str, *values: str) -> Found:
    return replace(SAYS, release=release, n_rows=len(values), values=values)


def without(release: str, n_areas: int = 10, *, holds_place: bool = True) -> Found:
    return replace(SAYS, release=release, n_rows=0, values=(), n_areas=n_areas, holds_place=holds_place)


@pytest.mark.parametrize(
    ("found", "status", "applied_in", "unfit"),
    [
        ([], UNMET, (), []),
        ([SAYS], APPLIED, ("2023-12-17",), []),
        # what the source said before is no matter; what it says since is
        ([other("2022-07-10", "5"), SAYS], APPLIED, ("2023-12-17",), []),
        ([SAYS, other("2024-02-01", "5")], UNFIT, ("2023-12-17",), ["2024-02-01"]),
        ([other("2024-02-01", "5")], UNFIT, (), ["2024-02-01"]),
        # gone: the release holds the place, or as many areas as before
        ([without("2022-07-10"), SAYS], APPLIED, ("2023-12-17",), []),
        ([SAYS, without("2024-02-01")], UNFIT, ("2023-12-17",), ["2024-02-01"]),
        ([SAYS, without("2024-02-01", 5, holds_place=False)], UNFIT, ("2023-12-17",), ["2024-02-01"]),
        ([SAYS, without("2024-02-01", 4, holds_place=False)], APPLIED, ("2023-12-17",), []),
        # where no release fits, one that is newer than the correction shows that they have gone
        ([without("2023-12-17")], UNFIT, (), ["2023-12-17"]),
        ([without("2022-07-10")], UNMET, (), []),
        # another number of observations, and one more beside the one that is listed
        ([other("2023-12-17", "9", "8")], UNFIT, (), ["2023-12-17"]),
    ],
)
def test_releases_in_time(found, status, applied_in, unfit) -> None:
    verdict = judge(ONE, list(reversed(found)))
    assert (verdict.status, verdict.applied_in) == (status, applied_in)
    assert [one.release for one in verdict.unfit] == unfit


def test_a_release_that_is_named_must_say_it() -> None:
    named = replace(ONE, releases=("2022-07-10", "2023-12-17"))
    assert judge(named, [other("2022-07-10", "5"), SAYS]).status == UNFIT
    assert judge(named, [without("2022-07-10"), SAYS]).status == UNFIT


def test_of_a_part_of_a_release_what_is_there_must_agree() -> None:
    both = replace(ONE, said=(Said(2, ("8", "9"), None, None, ()),))
    assert judge(both, [SAYS]).status == UNFIT
    assert judge(both, [replace(SAYS, is_whole=False)]).status == APPLIED
    assert judge(both, [replace(SAYS, is_whole=False, values=("7",))]).status == UNFIT


def test_two_ends_stand_for_many_values() -> None:
    ends = replace(ONE, said=(Said(3, (), "1", "9.50", ()),))
    whole = replace(SAYS, n_rows=3, values=("1", "4", "9.50"), lowest="1", highest="9.50")
    assert judge(ends, [whole]).status == APPLIED
    assert judge(ends, [replace(whole, highest="9.5")]).status == UNFIT
    part = replace(whole, n_rows=2, lowest="4", is_whole=False)
    assert judge(ends, [part]).status == APPLIED
    assert judge(ends, [replace(part, highest="10")]).status == UNFIT


def test_releases_may_have_said_different_things() -> None:
    said = (Said(1, ("9",), None, None, ("2023-12-17",)), Said(1, ("5",), None, None, ("2024-02-01",)))
    verdict = judge(replace(ONE, said=said), [SAYS, other("2024-02-01", "5"), other("2025-02-01", "9")])
    assert verdict.applied_in == ("2023-12-17", "2024-02-01")
    assert verdict.source_says == "2025-02-01: 1 with 9"
