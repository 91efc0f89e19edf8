"""Several areas in one chart: lines over the years, bars or pairs of points beside each other.

Only figures of one area's values can be compared; the others say why not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from localsdg.common.errors import UsageError
from localsdg.figures.chart.palette import SERIES
from localsdg.figures.data import queries
from localsdg.figures.data.compose import compose
from localsdg.figures.data.figure import Figure, NoData, Result
from localsdg.figures.data.load import Opened, cannot, is_asked, opened, result_of, too_little
from localsdg.figures.data.selection import selected
from localsdg.research.areas import find_area

if TYPE_CHECKING:
    from localsdg.common.settings import Settings
    from localsdg.figures.data.entry import Entry

#: As many areas as there are looks that are told apart.
MOST_AREAS = len(SERIES)
#: Joins the codes of areas in the id of a figure.
JOINED = "-"
#: What an entry becomes: a line an area, a bar an area, two points an area.
_LINES: dict[str, Any] = {"kind": "line", "label": "year", "series": "name", "finding": "compare"}
_BARS: dict[str, Any] = {"kind": "bar", "label": "name", "series": "", "finding": "compare"}
_PAIRS: dict[str, Any] = {"kind": "dumbbell", "label": "name", "series": "breakdown", "finding": "gap"}


def distinct_areas(settings: Settings, asked: Iterable[str]) -> tuple[queries.Area, ...]:
    """The areas of codes and names, each once, in the order of the asked ones; raises as `load_figures`."""
    with opened(settings, "en") as source:
        found = [find_area(source.con, one) for one in asked]
    return tuple({place.code: place for place in found}.values())


def load_comparison(
    settings: Settings,
    areas: Iterable[str],
    claim: str | Iterable[str] | None = None,
    lang: str = "en",
    only: Iterable[str] = (),
) -> Result:
    """The figures that set two to five areas beside each other, and why the others do not.

    Arguments as of `load_figures`. Raises `UsageError` for fewer or more areas, and for a local government.
    """
    wanted = selected(claim, only)
    places = sorted(distinct_areas(settings, areas), key=lambda place: place.code)
    _check(places)
    with opened(settings, lang) as source:
        names = source.w.join([source.w.area(place.code, place.name) for place in places])
        beside = queries.Area(JOINED.join(place.code for place in places), names, queries.COMPARISON)
        # as of one area, a figure that is named has an answer
        asked = [entry for entry in wanted if only or is_asked(entry, beside)]
        return result_of(
            _make(source, entry, places, beside) for entry in asked if not _is_shown_over_years(entry, asked)
        )


def _is_shown_over_years(entry: Entry, wanted: list[Entry]) -> bool:
    """Whether another wanted figure has the bars' values as the ends of its lines: one of both is enough."""
    return entry.query == "across_areas" and any(
        other.query == "over_years" and other.metrics == entry.metrics and other.breakdowns == entry.breakdowns
        for other in wanted
    )


def _check(places: list[queries.Area]) -> None:
    codes = ",".join(place.code for place in places)
    if local := [place.name for place in places if place.is_local]:
        raise UsageError(
            "local governments are not compared in one chart",
            got=", ".join(local),
            expected="countries, regions or the World",
            next_step=f"localsdg figures --area {codes} --separate",
        )
    if not 2 <= len(places) <= MOST_AREAS:
        raise UsageError(
            f"a chart compares two to {MOST_AREAS} areas",
            got=f"{len(places)}: {', '.join(place.name for place in places)}",
            expected=f"fewer areas, such as --area {','.join(place.code for place in places[:MOST_AREAS])}"
            if len(places) > MOST_AREAS
            else "more areas",
            next_step=f"localsdg figures --area {codes}" + (" --separate" if len(places) > 1 else ""),
        )


def why_not(entry: Entry) -> str:
    """The key of the sentence that says why a figure of single areas sets none beside each other; '' where it does."""
    if entry.areas in ("world", "local_government", "in_country"):
        return f"only_{entry.areas}"
    if not entry.is_comparable:
        return "own_definition"
    # who reports, and what happened, is another thing in each year
    return "single_years" if entry.kind == "column" else ""


def comparison(entry: Entry) -> Entry | None:
    """The entry of a figure that sets areas beside each other; None where there is none."""
    beside = replace(entry, query="compare", fallback={}, printed=(), areas="", dimension="")
    n = len(entry.breakdowns)
    if entry.query not in ("over_years", "across_areas") or why_not(entry):
        return None
    if entry.query == "over_years" and (n == 1 or {} in entry.breakdowns):
        total = ({},) if {} in entry.breakdowns else entry.breakdowns
        return replace(beside, **_LINES, breakdowns=total)
    if n == 2:
        return replace(beside, **_PAIRS)
    if n == 1:
        return replace(beside, **_BARS)
    return None


def _make(source: Opened, entry: Entry, places: list[queries.Area], place: queries.Area) -> Figure | NoData:
    """A figure of several areas, `place` being all of them, or why there is none."""
    w = source.w
    beside = comparison(entry)
    reason = "" if beside else w.say(f"reason.{why_not(entry) or 'not_compared'}")
    if beside and not (reason := cannot(beside, place, source.known, w)):
        sql = queries.question(source.settings, beside, place)
        found = queries.figure_rows(source.con, sql)
        if beside.kind == "line" and len({one["year"] for one in found}) == 1:  # one year each is no line
            beside = replace(beside, **_BARS)
            sql = queries.question(source.settings, beside, place)
            found = queries.figure_rows(source.con, sql)
        reason = _too_few(found, place.name, source) or too_little(
            replace(beside, finding=entry.finding), found, place, w
        )
        if not reason:
            sql += f"\n-- as known on {w.known_on}; localsdg query reads the newest edition" if w.known_on else ""
            made = compose(beside, found, w, place, sql, source.datasets, list(source.known.values()))
            # no number is that of all areas
            finding = replace(made.finding, number="", year=None)
            return replace(made, finding=finding, notes=(*made.notes, *_left_out(found, places, source)))
    subject = w.say(f"subject.{entry.figure_id}")
    return NoData(f"{entry.figure_id}-{place.code}", entry.claim, subject[:1].upper() + subject[1:], reason)


def _too_few(found: list[dict], names: str, source: Opened) -> str:
    """Why rows are no comparison; '' where they are."""
    told = {one["code"]: source.w.area(one["code"], one["name"]) for one in found}
    if not told:
        return source.w.say("reason.no_rows").format(area=names)
    return source.w.say("reason.compare_one").format(area=next(iter(told.values()))) if len(told) == 1 else ""


def _left_out(found: list[dict], places: list[queries.Area], source: Opened) -> tuple[str, ...]:
    """Which of the asked areas are not in a chart, and why."""
    shown, apart = {one["code"] for one in found}, set(found[0]["areas_left_out"] or ())
    notes = []
    for key, codes in (("compare_apart", apart), ("compare_none", {one.code for one in places} - shown - apart)):
        if codes:
            listed = source.w.join([source.w.area(one.code, one.name) for one in places if one.code in codes])
            notes.append(source.w.say(f"word.{key}").format(areas=listed))
    return tuple(notes)
