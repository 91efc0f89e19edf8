"""A slide of one finding: its title, its chart or table, its source, and what to say to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localsdg.figures.briefing.speech import first_sentence, speech
from localsdg.figures.chart.palette import PAPER, RULE
from localsdg.figures.deck import slide as deck_slide

if TYPE_CHECKING:
    from localsdg.figures.data.figure import Figure
    from localsdg.figures.deck.canvas import Canvas
    from localsdg.figures.deck.frame import Box
    from localsdg.figures.deck.stamp import Stamp
    from localsdg.figures.messages.messages import Words

#: What a table on a slide leaves out: `shown` has the value and its limit, the page has the rest.
_NOT_IN_TABLE = (
    "value",
    "incomplete",
    "censoring",
    "n_total",
    "n_areas",
    "coverage_pct",
    "definition",
    "code",
    "release",
    "as_of",
    "url",
)


def add_finding(
    canvas: Canvas, figure: Figure, kicker: str, w: Words, stamp: Stamp, *, one_slide: bool = False
) -> list[Any]:
    """The slide of a figure; a table that needs more room goes on, on slides under the same head.

    With `one_slide` it has the rows that one slide holds, and states above its title how many of them.
    """
    slide, top = canvas.add_page(kicker, figure.title, figure.subtitle)
    bottom = deck_slide.add_foot(slide, foot(figure), figure.figure_id)
    if figure.kind == "table":
        return _add_table(canvas, slide, figure, kicker, w, (top, bottom), one_slide)
    from localsdg.figures.deck.chart import add_chart
    from localsdg.figures.deck.heat_table import add_heat_table

    if figure.kind == "tile_map":
        frame = _add_map(slide, figure, canvas.frame.across(top, bottom - top - 6))
    elif figure.kind == "heat_map":
        frame = add_heat_table(slide, figure, canvas.frame.across(top, bottom - top - 6))
    else:
        box = canvas.frame.across(top, bottom - top - 6, inset=-6)
        frame = add_chart(slide, figure, box, stamp.built_at)
    deck_slide.describe(frame, figure.figure_id, alternative(figure, w))
    deck_slide.add_notes(slide, notes(figure, w))
    return [slide]


def _add_map(slide: Any, figure: Figure, box: Box) -> Any:
    """A shape a country: dark where its class is high, an outline where it has no value."""
    from localsdg.figures.chart.tile_map import empty_tiles, tile_columns
    from localsdg.figures.deck.tile_grid import Tile, add_tiles

    colours = {style.label: style.colour for style in figure.encoding.styles}
    place = tile_columns(figure)
    valued = [
        Tile(column, line, code, colours[row["series"]], f"{row['label']}: {row['shown']}")
        for row, column, line, code in zip(
            figure.rows, place["tile_column"], place["tile_row"], place["iso3"], strict=True
        )
        if column is not None
    ]
    empty = [
        Tile(one["tile_column"], one["tile_row"], one["iso3"], PAPER, one["iso3"], RULE) for one in empty_tiles(figure)
    ]
    return add_tiles(slide, [*valued, *empty], list(colours.items()), box)


def _add_table(
    canvas: Canvas, slide: Any, figure: Figure, kicker: str, w: Words, room: tuple[float, float], one_slide: bool
) -> list[Any]:
    top, bottom = room
    headers, rows = table_cells(figure)
    size, pages = deck_slide.split_rows(headers, rows, canvas.frame.inner, bottom - top - 6)
    if one_slide and len(pages) > 1:
        pages = pages[:1]
        _extend_kicker(slide, w.say("deck.rows", n=len(pages[0]), total=len(rows)))
    slides = [slide]
    for number, page in enumerate(pages, start=1):
        if number > 1:
            part = w.say("deck.page", n=number, total=len(pages))
            slide, top = canvas.add_page(kicker, figure.title, f"{figure.subtitle} {part}")
            deck_slide.add_foot(slide, foot(figure), figure.figure_id)
            slides.append(slide)
        frame = deck_slide.add_table(slide, canvas.frame.across(top, 20), headers, page, size)
        deck_slide.describe(frame, figure.figure_id, alternative(figure, w))
        deck_slide.add_notes(slide, notes(figure, w))
    return slides


def _extend_kicker(slide: Any, text: str) -> None:
    for shape in slide.shapes:
        if shape.name == "kicker":
            shape.text_frame.paragraphs[0].runs[0].text += f" · {text}"


def table_cells(figure: Figure) -> tuple[list[str], list[list[str]]]:
    """The headings and the cells of a table, as text."""
    columns = [column for column in figure.columns if column not in _NOT_IN_TABLE]
    headings = dict(zip(figure.columns, figure.headers, strict=True))
    rows = [["" if row[column] is None else str(row[column]) for column in columns] for row in figure.rows]
    return [headings[column] for column in columns], rows


def foot(figure: Figure) -> list[str]:
    """Source; what the chart's marks are and what it rests on; caveat. The file of queries has them whole."""
    basis = " ".join(text for text in (first_sentence(figure.coverage), figure.uncertainty, *figure.notes) if text)
    return [figure.source, basis, figure.caveat]


def notes(figure: Figure, w: Words) -> list[str]:
    """Three sentences to say, what not to say, and the source."""
    said = speech(figure, w)
    return [
        w.say("deck.say"),
        said.finding,
        said.rests_on,
        said.meaning,
        w.say("deck.not_to_say"),
        said.never,
        said.source,
        figure.figure_id,
    ]


def alternative(figure: Figure, w: Words) -> str:
    """What a reader who does not see the chart hears: the finding and the first values."""
    return f"{figure.title}. {figure.subtitle}. {_values(figure, w, 30)}"


def _values(figure: Figure, w: Words, most: int) -> str:
    values = []
    # of a matrix the fullest cells first: a reader who hears it cannot look for them
    rows = figure.rows if figure.kind != "heat_map" else sorted(figure.rows, key=lambda row: -row["value"])
    for row in rows[:most]:
        name = " ".join(dict.fromkeys(str(part) for part in (row["label"], row["series"]) if part))
        values.append(f"{name}: {row['shown']}")
    more = "; …" if len(figure.rows) > len(values) else ""
    return f"{w.say('deck.values')}: {'; '.join(values)}{more}"
