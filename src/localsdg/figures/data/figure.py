"""A figure as data: its words, composed from its numbers, and the numbers it shows.

Whoever draws one (chart, deck, page) adds no word and no number of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from localsdg.figures.findings.message import Finding

#: Columns of a row, in the order in which a table or a CSV shows them. `label` is the category or
#: the year's place on the axis, `series` the line or colour, `shown` the value as people read it,
#: `incomplete` a word where the year rests on too few countries or is not yet complete.
COLUMNS = (
    "label",
    "series",
    "year",
    "value",
    "shown",
    "incomplete",
    "censoring",
    "lower_bound",
    "upper_bound",
    "n_total",
    "n_areas",
    "coverage_pct",
    "definition",
    "release",
    "code",
    "as_of",
    "url",
)


@dataclass(frozen=True)
class Style:
    """How one series looks: told apart by colour, in grey, and without colour."""

    label: str
    colour: str  # "#rrggbb"
    dash: tuple[int, ...] = ()  # of a line; empty is solid
    shape: str = "circle"  # of a point: circle, square, diamond, triangle-up, cross


@dataclass(frozen=True)
class PrintedPoint:
    """A figure that a UN report prints and that is newer than what the chart shows: a mark of its own, beside the rows.

    `label` and `series` are those of the row that it is drawn at; `definition` says
    what it measures where that is not what the row measures.
    """

    label: str
    series: str
    year: int
    value: float
    shown: str
    report: str  # short, in the figure's language
    definition: str
    series_code: str
    statement: str  # in English, as in `evidence.published_figure`
    title: str  # of the report
    url: str


@dataclass(frozen=True)
class Encoding:
    """What stands where. `x` and `y` name columns of the rows; all bars start at zero.

    `styles` has one entry a series in its order (one where there is none);
    `colour` is `series`, `goal` (each row's `code` is a goal, see `styles`
    by row label) or `highlight` (one label is the asked area).
    `breaks` are years between which a line must not be read on:
    `(year before, year after, why)`.
    """

    x: str
    y: str
    series: str | None
    colour: str
    styles: tuple[Style, ...]
    order: tuple[str, ...]  # labels from top to bottom; empty for a time axis
    highlight: str | None
    breaks: tuple[tuple[int, int, str], ...]
    domain: tuple[float, float]  # of the axis of values
    across: tuple[str, ...] = ()  # columns of a heat map from left to right
    is_triangle: bool = False  # of a heat map: pairs of one list of names, each pair once
    residual: frozenset[str] = frozenset()  # labels and series that are no finding, such as "not classified"


@dataclass(frozen=True)
class Figure:
    """A finding, ready to be drawn."""

    figure_id: str
    claim_id: str
    claim: str  # title of the claim in `lang`
    statement: str  # what the event said, in `lang`
    metric_ids: tuple[str, ...]
    kind: str  # one of catalogue.KINDS, such as line, bar or tile_map
    lang: str
    area_code: str
    area: str  # name in `lang`
    title: str
    subtitle: str
    source: str
    coverage: str  # '' where nothing is counted
    uncertainty: str  # '' where the source gives no bounds
    caveat: str
    notes: tuple[str, ...]
    definition: str  # of the metrics, for speaker notes
    unit: str  # as shown on the axis
    unit_code: str  # PERCENT, NUMBER, …
    columns: tuple[str, ...]  # of `rows`, those that hold anything
    headers: tuple[str, ...]  # words for the columns, in `lang`
    rows: tuple[dict[str, Any], ...]
    encoding: Encoding
    sql: str  # runs as it is: localsdg query "<sql>"
    finding: Finding = Finding()  # what `title` says, and how strong it is
    as_of: str = ""  # release and newest year of its data, in `lang`
    is_old: bool = False  # whether its release is, so that the subtitle states it
    series: tuple[str, ...] = ()  # codes of the UN series that are drawn
    version: str = ""  # of the warehouse
    printed: tuple[PrintedPoint, ...] = ()  # never part of `rows`: no line, title or rank holds them

    @property
    def known_on(self) -> str:
        """The day of the edition that it shows, '' for the newest."""
        return next((row["as_of"] for row in self.rows if row.get("as_of")), "")


@dataclass(frozen=True)
class NoData:
    """A figure without sufficient data, and why: an answer, not an empty chart."""

    figure_id: str
    claim_id: str
    title: str
    reason: str


@dataclass(frozen=True)
class Result:
    """All figures asked for, and those that have no data."""

    figures: tuple[Figure, ...]
    missing: tuple[NoData, ...]
    note: str = ""  # what else the name of the area means
