"""Figures that UN reports print, as marked points beside what a figure shows.

A report is often newer than any release that is loaded. Its World figures are
shown where they are newer than the chart, as marks of their own with their
source: never in a line, a title or a rank, because they are of another state
of the data and at times of another definition.

An entry of the catalogue names the series (`printed = [{ series = "SI_POV_DAY1" }]`).
`row` names the breakdown of the row that the mark belongs to where the chart
has several; `measure` what is printed where it is not a value of the series;
`beside = true` marks a figure that measures something else than the row, which
is then shown wherever no release holds it, with the words of
`printed.what_<series>`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from localsdg.figures.data.compose import breakdown
from localsdg.figures.data.figure import Figure, PrintedPoint

if TYPE_CHECKING:
    from localsdg.figures.data.entry import Entry
    from localsdg.figures.messages.messages import Words

Row = dict[str, Any]
#: Figures of reports that no loaded release reaches, the newest first.
PRINTED = (
    "select series_code, area_code, year, value, measure, breakdown, printed_definition, is_other_definition, "
    "statement, report, report_year, report_url, compared_until from evidence.published_figure "
    "where is_newer_than_release and measure <> 'average of countries' "
    "order by year desc, report_year desc, series_code"
)
#: The kinds of charts with a place for a mark.
KINDS = ("line", "bar", "dumbbell")
_ROOM = 1.08


def with_printed(figure: Figure, entry: Entry, printed: list[Row], w: Words) -> Figure:
    """The figure with its marked points, a note for each, and an axis that reaches them.

    `printed` are the rows of `PRINTED`. A point is drawn for the area that the
    report is about, and only where it is newer than the row that it is drawn at; an
    edition of an earlier day knows no report that came out later.
    """
    if w.known_on:
        printed = [one for one in printed if str(one["compared_until"]) <= w.known_on]
    if figure.kind not in KINDS:
        return figure
    points = tuple(point for facts in entry.printed if (point := _point(figure, facts, printed, w)))
    if not points:
        return figure
    low, high = figure.encoding.domain
    top = max(point.value for point in points) * _ROOM
    if figure.unit_code == "PERCENT":
        top = min(top, 100.0)
    return replace(
        figure,
        printed=points,
        notes=(*figure.notes, *(_note(point, w) for point in points)),
        encoding=replace(figure.encoding, domain=(low, max(high, top))),
    )


def _point(figure: Figure, facts: Row, printed: list[Row], w: Words) -> PrintedPoint | None:
    """The newest figure of one series that is newer than its row; None where there is none."""
    rows = _rows_at(figure, facts.get("row", {}), w)
    is_beside = facts.get("beside", False)
    for one in printed:
        is_asked = one["series_code"] == facts["series"] and one["area_code"] == figure.area_code
        wanted = facts.get("measure")
        if not is_asked or one["breakdown"] or (wanted and one["measure"] != wanted):
            continue
        if not rows or not (is_beside or one["year"] > rows[-1]["year"]):
            return None
        row = rows[-1]
        return PrintedPoint(
            label=row["label"] if figure.kind != "line" else str(one["year"]),
            series=row["series"],
            year=one["year"],
            value=one["value"],
            shown=w.amount(one["value"], figure.unit_code),
            report=w.say("printed.report").format(year=one["report_year"]),
            definition=_definition(one, is_beside, w),
            series_code=one["series_code"],
            statement=one["statement"],
            title=one["report"],
            url=one["report_url"],
        )
    return None


def _rows_at(figure: Figure, dimensions: dict[str, str], w: Words) -> list[Row]:
    """The rows that a mark belongs to, the newest last: of the area itself where rows are areas."""
    words_of = [breakdown(name, value, w) for name, value in dimensions.items()]
    rows = [row for row in figure.rows if row["code"] in (None, figure.area_code)]
    found = [
        row
        for row in rows
        if all(
            row["series"] == text or re.fullmatch(rf"{re.escape(text)}( \(\d+\))?", row["label"]) for text in words_of
        )
    ]
    return sorted(found, key=lambda row: row["year"] or 0)


def _definition(one: Row, is_beside: bool, w: Words) -> str:
    """What the printed figure measures, where that is not what the chart shows."""
    if is_beside:
        return w.say(f"printed.what_{one['series_code']}")
    if not one["is_other_definition"]:
        return ""
    text = one["printed_definition"]
    return w.say("printed.definition_" + re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_"), text)


def _note(point: PrintedPoint, w: Words) -> str:
    key = "printed.note_other" if point.definition else "printed.note"
    return w.say(key).format(value=point.shown, year=point.year, report=point.report, definition=point.definition)
