"""One figure as it is declared in `catalogue.toml`."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Entry:
    """One figure of the catalogue.

    Rows are picked by their dimensions: `breakdowns` are those of each row in full
    (`{}` is the total); without them, rows that have `dimension` beside what they all
    have, `held`. `prefix` begins the names of figures that others published.
    `label` and `series` name the column of the query (`name`, `breakdown`,
    `year`, `metric_id`, …) that becomes the row's label and series; `total`
    says what a count is a part of: `share` (n_total), `areas` (n_areas), `part` (the World's) or nothing.
    Where that whole moves from row to row, `draw = "share"` shows the count as a
    share of it, the numbers beside it, and `draw = "percent"` the share alone.
    `fallback` are the keys that change where the first query gives no row: a value
    that is published in total alone.
    A figure of one register of actions names its `register`, and takes another where the area has no record of
    it, unless `is_only`; its rows have `dimensions` beside what is `held`, of which `picked` are the values of the
    last and `goals` those of the goal. `parts` says what the parts of a pair are.
    `counts_collection` says that the rows count what is in our own collection, which is no finding of the world.
    `is_comparable` is false where each country measures by a definition of its own: areas are not set beside
    each other (`data.compare`).
    `end` is the end of a range that the title names: the highest where it says nothing, or `lowest`, where more is
    better.
    `areas` limits an entry to `world`, `country`, `local_government`, or `in_country` (a country or a local
    government); all others answer for a local government where `local` declares which keys change for one.
    `shown` names the column that a table has in the place of the value. `printed` names the series
    whose figures in UN reports are marked where they are newer (`data.printed`).
    """

    figure_id: str
    claim: str
    metrics: tuple[str, ...]
    kind: str
    query: str
    finding: str
    breakdowns: tuple[dict[str, str], ...] = ()
    dimension: str = ""
    held: dict[str, str] = field(default_factory=dict)
    dimensions: tuple[str, ...] = ()
    picked: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    parts: str = ""
    register: str = ""
    is_only: bool = False
    prefix: str = ""
    label: str = "name"
    series: str = ""
    colour: str = "series"
    total: str = ""
    draw: str = ""
    level: str = "regions"
    most: int = 15
    max_age: int = 10
    areas: str = ""
    shown: str = ""
    is_comparable: bool = True
    end: str = ""
    source: str = ""
    unit: str = ""
    counts_collection: bool = False
    printed: tuple[dict, ...] = ()
    fallback: dict[str, Any] = field(default_factory=dict)
    local: dict[str, Any] | None = None

    @cached_property
    def common(self) -> frozenset[tuple[str, str]]:
        """Dimensions that all rows share: they tell no two apart."""
        parts = [set(one.items()) for one in self.breakdowns]
        return frozenset(self.held.items()) | (set.intersection(*parts) if len(parts) > 1 else set())

    @property
    def answers_local(self) -> bool:
        """Whether it can have rows of a single local government."""
        return self.local is not None or self.areas in ("local_government", "in_country")

    @property
    def of_local(self) -> Entry:
        """The entry with the changes of `local`."""
        return replace(self, **{"counts_collection": False, **(self.local or {})}, areas="local_government")

    @property
    def instead(self) -> Entry | None:
        """The entry with the changes of `fallback`; None where it declares none."""
        return replace(self, **self.fallback, fallback={}) if self.fallback else None
