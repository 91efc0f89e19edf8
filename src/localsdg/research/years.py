"""Years that a question names, and years in one text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from localsdg.common.errors import UsageError

#: One year, from and to (either may be None), or single years.
YearsAsked = int | tuple[int | None, int | None] | Iterable[int] | None


@dataclass(frozen=True)
class Years:
    """The first and the last year that are asked for, or single years; None and () where all are."""

    first: int | None = None
    last: int | None = None
    single: tuple[int, ...] = ()

    @property
    def words(self) -> str:
        """`2000–2020`, `from 2000`, `2000, 2010`; '' for all years."""
        if self.single:
            return join_years(self.single)
        if self.first is not None and self.last is not None:
            return str(self.first) if self.first == self.last else f"{self.first}–{self.last}"
        return f"from {self.first}" if self.first else f"to {self.last}" if self.last else ""

    def missing(self, there: Iterable[int]) -> list[int]:
        """Years asked for that are not there; of an open end up to the first or the last that is."""
        known = set(there)
        if self.single:
            return [year for year in self.single if year not in known]
        if self.first is None and self.last is None or not known:
            return []
        first = min(known) if self.first is None else self.first
        last = max(known) if self.last is None else self.last
        return [year for year in range(first, last + 1) if year not in known]


def read_years(asked: YearsAsked) -> Years:
    """A year, a pair (from, to) as a tuple, or a list of single years; raises `UsageError` for anything else."""
    if asked is None:
        return Years()
    try:
        if isinstance(asked, tuple):
            first, last = (None if year is None else int(year) for year in asked)
            if first is not None and last is not None and first > last:
                raise UsageError("the years are in the wrong order", expected=f"({last}, {first})", got=asked)
            return Years(first, last)
        if isinstance(asked, Iterable) and not isinstance(asked, str):
            return Years(single=tuple(sorted({int(year) for year in asked})))
        return Years(int(asked), int(asked))
    except (TypeError, ValueError) as error:
        raise UsageError(
            "the years are not clear",
            expected="a year, a pair such as (2000, 2020), or a list of single years",
            got=asked,
        ) from error


def join_years(years: Iterable[int]) -> str:
    """Years in one text, those that follow each other joined: `1990, 1992–1994`."""
    runs: list[list[int]] = []
    for year in sorted(years):
        if runs and year == runs[-1][1] + 1:
            runs[-1][1] = year
        else:
            runs.append([year, year])
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in runs)
