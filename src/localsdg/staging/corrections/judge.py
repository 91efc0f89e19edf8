"""Whether the source still says what a correction corrects, release by release.

A release in which the named observations are as the correction lists them is corrected. One that says
something else is not, and the correction no longer fits, unless a later release fits: then the source had
not said it yet. Nor does it fit where a release that is newer than one that fits, or than the correction
itself, holds the series of that place and not these observations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from localsdg.registry.corrections import Correction, Said
from localsdg.registry.releases import release_day, release_order

#: Status of a correction, as in `audit.correction`.
APPLIED, UNFIT, UNMET = "applied", "no longer fits", "not met"
#: Texts that a report of what the source says now names.
NAMED = 5


@dataclass(frozen=True)
class Found:
    """What one release has of a correction: `n_rows` observations that it means, and how much around them."""

    release: str
    n_rows: int
    values: tuple[str, ...]  # different texts, as published
    lowest: str | None  # texts of the lowest and the highest number among them
    highest: str | None
    n_areas: int  # areas, or indicators of a site, of which the release holds the series
    holds_place: bool  # it holds the series of the place that the correction names
    is_whole: bool  # all series of the correction are in it, asked for without limits

    @property
    def says(self) -> str:
        """What the source says, in words."""
        if not self.n_rows:
            return "no such observation"
        shown = ", ".join(self.values[:NAMED])
        more = len(self.values) - NAMED
        return f"{self.n_rows:,} with {shown}" + (f" and {more:,} more" if more > 0 else "")


@dataclass(frozen=True)
class Verdict:
    """What becomes of a correction: the releases that it is applied in, and those that say something else."""

    status: str
    applied_in: tuple[str, ...]
    unfit: tuple[Found, ...]

    @property
    def source_says(self) -> str | None:
        """What the source says where the correction no longer fits, by release."""
        return "; ".join(f"{found.release}: {found.says}" for found in self.unfit) or None


def judge(correction: Correction, found: Sequence[Found]) -> Verdict:
    """The verdict over what the releases have, in any order."""
    in_time = sorted(found, key=lambda one: release_order(one.release))
    fits = [any(agrees(said, one) for said in _said_in(correction, one.release)) for one in in_time]
    newest = max((position for position, fit in enumerate(fits) if fit), default=-1)
    unfit = [
        one
        for position, one in enumerate(in_time)
        if not fits[position]
        and (
            _differs(correction, one, position > newest)
            if one.n_rows
            else _is_gone(correction, one, in_time[newest] if 0 <= newest < position else None)
        )
    ]
    applied_in = tuple(one.release for one, fit in zip(in_time, fits, strict=True) if fit)
    status = UNFIT if unfit else APPLIED if applied_in else UNMET
    return Verdict(status, applied_in, tuple(unfit))


def agrees(said: Said, found: Found) -> bool:
    """Whether a release says what a correction lists.

    Of a release that holds only some of its series, or was asked for in part, what is there must agree.
    """
    if not found.n_rows or found.n_rows > said.rows or (found.is_whole and found.n_rows != said.rows):
        return False
    if said.values:
        return set(found.values) == set(said.values) if found.is_whole else set(found.values) <= set(said.values)
    if found.is_whole:
        return (found.lowest, found.highest) == (said.lowest, said.highest)
    ends = [_number(end) for end in (said.lowest, found.lowest, found.highest, said.highest)]
    return None not in ends and ends == sorted(end for end in ends if end is not None)


def _said_in(correction: Correction, release: str) -> list[Said]:
    return [said for said in correction.said if not said.releases or release in said.releases]


def _differs(correction: Correction, found: Found, is_newest: bool) -> bool:
    """Other values are a fault of the correction in a release that it names, and in one that no later one outlives."""
    return is_newest or found.release in correction.releases


def _is_gone(correction: Correction, found: Found, fitting: Found | None) -> bool:
    """Whether the observations have gone from a release that could hold them."""
    if found.release in correction.releases:
        return found.holds_place
    if fitting is not None:
        return found.holds_place or 2 * found.n_areas >= fitting.n_areas
    day = release_day(found.release)
    return found.holds_place and day is not None and day > correction.since


def _number(text: str | None) -> float | None:
    try:
        return float((text or "").replace(",", "").lstrip("<>=≤≥ "))
    except ValueError:
        return None
