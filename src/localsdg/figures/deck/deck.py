"""The PowerPoint deck: one finding a slide, native charts, sources and caveats on the slide.

The words and numbers are the figures' own. The same result gives the same
bytes: dates are those of the warehouse, in the deck and in each workbook.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localsdg import __version__
from localsdg.common.clean_text import clean_value
from localsdg.common.errors import LocalsdgError
from localsdg.common.zip_files import zip_bytes
from localsdg.figures.chart.palette import GOALS, GREY, INK
from localsdg.figures.data import queries
from localsdg.figures.data.catalogue import claim_codes
from localsdg.figures.deck import slide as deck_slide
from localsdg.figures.deck.frame import EMU, frame_of
from localsdg.figures.deck.text import fit, wrap
from localsdg.figures.messages.messages import words
from localsdg.warehouse.query import open_published

if TYPE_CHECKING:
    from collections.abc import Iterable

    from localsdg.common.settings import Settings
    from localsdg.figures.data.figure import Figure, NoData, Result
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
)


@dataclass(frozen=True)
class Stamp:
    """What the deck says of the warehouse behind it."""

    version: str
    built_at: str  # ISO 8601, UTC
    releases: dict[str, tuple[str, ...]]  # by source
    area_code: str
    area: str  # in the language of the figures
    known_on: str = ""  # the day of the edition, '' for the newest


def deck_name(claim: str | Iterable[str] | None, area_code: str, lang: str) -> str:
    """`localsdg.pptx` for the World's claims in English; a part says which: `localsdg-C04-724.es.pptx`."""
    parts = ["localsdg"]
    parts += claim_codes(claim)
    if area_code != "001":
        parts.append(area_code)
    return "-".join(parts) + ("" if lang == "en" else f".{lang}") + ".pptx"


def read_stamp(settings: Settings, area: str = "001", lang: str = "en") -> Stamp:
    """The stamp of the published warehouse; raises as `load_figures`."""
    con = open_published(settings)
    try:
        place = queries.find_area(con, area)
        release = queries.rows(con, "select version, cast(built_at as varchar) as built_at from meta.release")[0]
        w = queries.in_edition(con, words(lang))
        releases: dict[str, tuple[str, ...]] = {}
        for row in queries.rows(con, "select source, release from meta.dataset order by source, release"):
            releases[row["source"]] = (*releases.get(row["source"], ()), row["release"])
    finally:
        con.close()
    name = w.area(place.code, place.name)
    return Stamp(release["version"], release["built_at"], releases, place.code, name, w.known_on)


def write_deck(result: Result, path: Path, lang: str, stamp: Stamp, *, size: str = "16:9") -> Path:
    """Write the deck of all figures of `result`, in order, and of what has no data; returns the path.

    Raises `LocalsdgError` when there is neither a figure nor a reason to show.
    """
    if not result.figures and not result.missing:
        raise LocalsdgError(
            "there is nothing to show",
            expected="figures or reasons",
            got="neither",
            next_step="localsdg figures, without --claim",
        )
    w = replace(words(lang), known_on=stamp.known_on)
    result, stamp = clean_value(result), clean_value(stamp)
    deck = deck_slide.new_presentation(size)
    _opening(deck, result, w, stamp)
    for figure in result.figures:
        _finding(deck, figure, w, stamp)
    if result.missing:
        _missing(deck, result.missing, w)
    for number, slide in enumerate(deck.slides):
        if number:
            deck_slide.add_number(slide)
        deck_slide.set_language(slide, lang)
    _properties(deck, w, lang, stamp)
    path.parent.mkdir(parents=True, exist_ok=True)
    archive = io.BytesIO()
    deck.save(archive)
    path.write_bytes(_settled(archive.getvalue()))
    return path


def _opening(deck: Any, result: Result, w: Words, stamp: Stamp) -> None:
    slide, _ = deck_slide.add_slide(deck, "", w.say("deck.title"))
    title = slide.shapes.title
    title.left, title.top, title.width, title.height = frame_of(deck).across(120, 96, inset=24).emu
    run = title.text_frame.paragraphs[0].runs[0]
    block = fit(w.say("deck.title"), frame_of(deck).inner - 56, (40.0, 36.0, 34.0, 32.0, 30.0), 2, bold=True)
    run.text, run.font.size = " ".join(block.lines), round(block.size * EMU)
    asked: list[Figure | NoData] = [*result.figures, *result.missing]
    claims = {figure.claim_id for figure in asked}
    paragraphs = [
        (" · ".join(part for part in (stamp.area, w.as_known) if part), 26.0, INK, True),
        (
            w.say(
                "deck.counts",
                figures=w.number(len(result.figures)),
                claims=w.number(len(claims)),
                missing=w.number(len(result.missing)),
            ),
            18.0,
            INK,
            False,
        ),
        (w.say("deck.warehouse", version=stamp.version, date=w.date(stamp.built_at[:10])), 18.0, INK, False),
        *((line, 14.0, GREY, False) for line in _sources(w, stamp)),
        (w.say("deck.how"), 14.0, GREY, False),
    ]
    shape = deck_slide.add_text(
        slide, frame_of(deck).across(224, 280, inset=24), _shrunk(paragraphs, frame_of(deck).inner - 56, 280), "about"
    )
    for paragraph in shape.text_frame.paragraphs:
        paragraph.space_after = 8 * EMU
    deck_slide.add_strip(slide, list(GOALS.values()))
    deck_slide.add_notes(slide, [w.say("deck.how"), *_sources(w, stamp)])


def _shrunk(
    paragraphs: list[tuple[str, float, str, bool]], width: float, height: float
) -> list[tuple[str, float, str, bool]]:
    """The paragraphs in sizes at which they fit the opening slide, down to three quarters."""
    for share in (1.0, 0.92, 0.84, 0.75):
        sized = [(text, size * share, colour, bold) for text, size, colour, bold in paragraphs]
        lines = [(len(wrap(text, width, size, bold=bold)), size) for text, size, _, bold in sized]
        if sum(count * size * 1.22 + 8 for count, size in lines) <= height:
            break
    return sized


def _sources(w: Words, stamp: Stamp) -> list[str]:
    """A line a source: its releases where they are few, else how many."""
    lines = []
    for source, releases in stamp.releases.items():
        listed = ", ".join(releases) if len(releases) <= 4 else w.say("deck.places", n=w.number(len(releases)))
        lines.append(f"{w.say(f'source.{source}', source)}: {listed}")
    return lines


def _finding(deck: Any, figure: Figure, w: Words, stamp: Stamp) -> None:
    kicker = f"{figure.claim_id} · {figure.claim}"
    slide, top = deck_slide.add_slide(deck, kicker, figure.title, figure.subtitle)
    bottom = deck_slide.add_foot(slide, _foot(figure), figure.figure_id)
    if figure.kind == "table":
        _table(deck, slide, figure, w, top, bottom)
        return
    from localsdg.figures.deck.chart import add_chart
    from localsdg.figures.deck.heat_table import add_heat_table

    if figure.kind == "heat_map":
        frame = add_heat_table(slide, figure, frame_of(deck).across(top, bottom - top - 6))
    else:
        frame = add_chart(slide, figure, frame_of(deck).across(top, bottom - top - 6, inset=-6), stamp.built_at)
    deck_slide.describe(frame, figure.figure_id, _alternative(figure, w))
    deck_slide.add_notes(slide, _notes(figure, w))


def _table(deck: Any, slide: Any, figure: Figure, w: Words, top: float, bottom: float) -> None:
    """The figure's rows; those that do not fit go on, under the same head."""
    columns = [column for column in figure.columns if column not in _NOT_IN_TABLE]
    headings = dict(zip(figure.columns, figure.headers, strict=True))
    headers = [headings[column] for column in columns]
    rows = [["" if row[column] is None else str(row[column]) for column in columns] for row in figure.rows]
    size, pages = deck_slide.split_rows(headers, rows, frame_of(deck).inner, bottom - top - 6)
    for number, page in enumerate(pages, start=1):
        if number > 1:
            part = w.say("deck.page", n=number, total=len(pages))
            slide, top = deck_slide.add_slide(
                deck, f"{figure.claim_id} · {figure.claim}", figure.title, f"{figure.subtitle} {part}"
            )
            deck_slide.add_foot(slide, _foot(figure), figure.figure_id)
        frame = deck_slide.add_table(slide, frame_of(deck).across(top, 20), headers, page, size)
        deck_slide.describe(frame, figure.figure_id, _alternative(figure, w))
        deck_slide.add_notes(slide, _notes(figure, w))


def _foot(figure: Figure) -> list[str]:
    """Source; coverage and notes; caveat."""
    basis = " ".join(text for text in (figure.coverage, figure.uncertainty, *figure.notes) if text)
    return [figure.source, basis, figure.caveat]


def _notes(figure: Figure, w: Words) -> list[str]:
    """Whole title, what the event said, definition, the foot whole, values, how to trace it, query."""
    return [
        figure.title,
        w.say("deck.statement", text=figure.statement),
        w.say("deck.definition", text=figure.definition),
        *_foot(figure),
        _values(figure, w),
        w.say("deck.trace", command=_trace(figure)),
        w.say("deck.query"),
        figure.sql,
    ]


def _trace(figure: Figure) -> str:
    return f"localsdg explain {figure.figure_id}" + (f" --as-of {figure.known_on}" if figure.known_on else "")


def _alternative(figure: Figure, w: Words) -> str:
    """What a reader who does not see the chart hears: the finding and the first values."""
    return f"{figure.title}. {figure.subtitle}. {_values(figure, w, 30)}"


def _values(figure: Figure, w: Words, most: int | None = None) -> str:
    values = []
    # of a matrix the fullest cells first: a reader who hears it cannot look for them
    rows = figure.rows if figure.kind != "heat_map" else sorted(figure.rows, key=lambda row: -row["value"])
    for row in rows[:most]:
        name = " ".join(dict.fromkeys(str(part) for part in (row["label"], row["series"]) if part))
        values.append(f"{name}: {row['shown']}")
    more = "; …" if len(figure.rows) > len(values) else ""
    return f"{w.say('deck.values')}: {'; '.join(values)}{more}"


def _missing(deck: Any, missing: tuple[NoData, ...], w: Words) -> None:
    """What has no data and why, a row a claim and reason, over as many slides as the rows need."""
    headers = [w.say("word.claim"), w.say("deck.what"), w.say("deck.why")]
    by_reason: dict[tuple[str, str], list[str]] = {}
    for figure in missing:
        by_reason.setdefault((figure.claim_id, figure.reason), []).append(figure.title)
    rows = [
        [f"{claim} {w.say(f'claim.{claim}')}", "; ".join(titles), reason]
        for (claim, reason), titles in by_reason.items()
    ]
    top = 84.0
    size, pages = deck_slide.split_rows(headers, rows, frame_of(deck).inner, frame_of(deck).height - top - 40)
    for number, page in enumerate(pages, start=1):
        part = w.say("deck.page", n=number, total=len(pages)) if len(pages) > 1 else ""
        slide, _ = deck_slide.add_slide(deck, "", f"{w.say('deck.missing')} {part}".strip())
        frame = deck_slide.add_table(slide, frame_of(deck).across(top, 20), headers, page, size)
        deck_slide.describe(frame, "no data", "; ".join(" ".join(line) for line in page))
        deck_slide.add_notes(slide, [w.say("deck.missing"), *(" · ".join(line) for line in page)])


def _properties(deck: Any, w: Words, lang: str, stamp: Stamp) -> None:
    properties = deck.core_properties
    properties.title = f"{w.say('deck.title')}: {stamp.area}"
    properties.author = properties.last_modified_by = "localsdg"
    properties.subject, properties.language, properties.version = stamp.version, lang, __version__
    properties.keywords = "SDG"
    properties.revision = 1
    properties.created = properties.modified = datetime.fromisoformat(stamp.built_at).replace(microsecond=0)


def _settled(content: bytes) -> bytes:
    """The same archive with one time for every entry: no clock in the file."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return zip_bytes({name: archive.read(name) for name in archive.namelist()}, level=6)
