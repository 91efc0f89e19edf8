"""Notes below a chart: what its marks mean, which years it leaves out, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localsdg.figures.chart.tiles import tiles

if TYPE_CHECKING:
    from localsdg.figures.data.entry import Entry
    from localsdg.figures.messages.messages import Words

Row = dict[str, Any]
#: Code of the World.
WORLD = "001"


def notes_of(entry: Entry, found: list[Row], rows: list[Row], w: Words) -> tuple[str, ...]:
    """What a reader needs to know of the marks: limits, gaps, empty cells, years that differ."""
    notes = _map_notes(rows, w) if entry.kind == "tile_map" else []
    if any(row["censoring"] for row in rows):
        notes.append(w.say("word.censored"))
    if entry.parts and len(rows) < _most_pairs(rows):
        notes.append(w.say("word.empty_cells"))
    if entry.kind in ("line", "column"):
        years = sorted({row["year"] for row in rows})
        if len(years) > 1 and years[-1] - years[0] + 1 > len(years):
            notes.append(w.say("word.gaps" if entry.kind == "line" else "word.empty_years"))
    if entry.label == "name" and len({row["year"] for row in rows}) > 1:
        notes.append(w.say("word.nearest_years" if entry.query == "compare" else "word.latest_years"))
    return tuple(notes)


def _map_notes(rows: list[Row], w: Words) -> list[str]:
    """What a tile is, and which places have a value but no tile; the World has none by its nature."""
    absent = [row["label"] for row in rows if row["code"] not in tiles() and row["code"] != WORLD]
    return [w.say("word.tiles"), *([w.say("word.no_tile", places=", ".join(absent))] if absent else [])]


def _most_pairs(rows: list[Row]) -> int:
    """How many pairs the parts of pairs could make."""
    n = len({row[end] for row in rows for end in ("across_place", "down_place")})
    return n * (n + 1) // 2 if any(row["label"] == row["series"] for row in rows) else n * (n - 1) // 2


def incomplete_notes(entry: Entry, found: list[Row], w: Words, definitions: list[Row]) -> tuple[str, ...]:
    """Which years rest on too few countries or are incomplete, and why they are lighter or left out."""
    years = sorted({year for one in found for year in one["years_left_out"] or ()})
    if not years:
        return ()
    shown = {one["metric_id"] for one in found}
    over_reporters = any(one["metric_id"] in shown and one["is_over_reporters"] for one in definitions)
    key = "few_report" if over_reporters else "register_late"
    how = w.say("word.left_out" if entry.kind == "line" else "word.lighter")
    fullest = max(one["n_fullest"] or 0 for one in found)
    return (w.say(f"word.{key}").format(how=how, years=spans(years), n=w.number(fullest)),)


def spans(years: list[int]) -> str:
    """Sorted years in short: `1990–1992, 2021`."""
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)
