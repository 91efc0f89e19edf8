"""Figures made by hand, the decks that are written of them, and what is read back from the file."""

from __future__ import annotations

import io
from pathlib import Path

from pptx import Presentation
from python_calamine import CalamineWorkbook

from localsdg.figures.chart.palette import SERIES
from localsdg.figures.data.figure import COLUMNS, Encoding, Figure, NoData, Result, Style
from localsdg.figures.deck.deck import Stamp, write_deck

STAMP = Stamp("2026.1", "2026-11-23 16:02:44.217", {"unsd": ("2020-10-19",)}, "001", "World")
C = {
    "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
}


def row(label: str, value: float | None, shown: str | None = None, **more: object) -> dict:
    told = {"label": label, "series": "", "value": value, "shown": shown or f"{value:g}%"}
    return {**dict.fromkeys(COLUMNS), **told, **more}


def figure(kind: str, rows: list[dict], **more: object) -> Figure:
    names = list(dict.fromkeys(one["series"] for one in rows))
    looks = tuple(Style(name, *look) for name, look in zip(names, SERIES, strict=False))
    facts = {
        "figure_id": "c01-made-up",
        "claim_id": "C01",
        "claim": "Poverty",
        "statement": "It was said.",
        "metric_ids": ("c01_made_up",),
        "kind": kind,
        "lang": "en",
        "area_code": "001",
        "area": "World",
        "title": "World: it fell",
        "subtitle": "World · % · 2000",
        "source": "Source: a list",
        "coverage": "Rests on 3 of 4.",
        "uncertainty": "",
        "caveat": "Mind the line.",
        "notes": ("A note.",),
        "definition": "What it is.",
        "unit": "%",
        "unit_code": "PERCENT",
        "columns": tuple(c for c in COLUMNS if any(one[c] not in (None, "") for one in rows)),
        "rows": tuple(rows),
        "sql": "select 1 as one\n-- why\nfrom t",
        "encoding": Encoding(
            "label",
            "value",
            None,
            "series",
            looks,
            () if kind == "line" else tuple(dict.fromkeys(one["label"] for one in rows)),
            None,
            (),
            (0.0, 1.08 * max(one["value"] or 0 for one in rows)),
        ),
    }
    facts |= more
    return Figure(headers=tuple(facts["columns"]), **facts)


def line(*points: tuple[int, float], series: str = "", **more: object) -> list[dict]:
    return [row(str(year), value, year=year, series=series, **more) for year, value in points]


def written(tmp_path: Path, *figures: Figure, missing: tuple[NoData, ...] = (), **more: object) -> Presentation:
    """The deck of the figures, written anew over one of an earlier call."""
    return Presentation(write_deck(Result(figures, missing), tmp_path / "d.pptx", "en", STAMP, **more))


def bars(figure_id: str, *, area: str = "001", **more: object) -> Figure:
    """A figure of one bar for its own area, with an id of the catalogue."""
    claim = figure_id[:3].upper()
    facts: dict = {
        "figure_id": figure_id + ("" if area == "001" else f"-{area}"),
        "claim_id": claim,
        "claim": f"claim {claim}",
        "area_code": area,
        "title": f"Title of {figure_id}",
    }
    rows = [row("World", 8.5, code=area, year=2019), row("b", 4.0, code="202", year=2019)]
    return figure("bar", rows, **facts | more)


def notes_of(slide) -> str:
    return slide.notes_slide.notes_text_frame.text


def chart_of(deck: Presentation, place: int = 1):
    return next(shape.chart for shape in deck.slides[place].shapes if shape.has_chart)


def words_of(slide) -> str:
    return "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)


def cells(chart) -> list[list]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))
    return book.get_sheet_by_index(0).to_python()
