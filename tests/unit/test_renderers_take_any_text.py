"""No character of any input ends a process or spoils a file: every renderer, every code point."""

from __future__ import annotations

import base64
import gzip
import json
import subprocess
import sys
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pyarrow as pa
import pytest
from figure_helpers import settings, value
from hypothesis import HealthCheck, example, given, strategies
from hypothesis import settings as limits

from localsdg.figures.chart import picture as chart
from localsdg.figures.data.figure import Figure, NoData, Result
from localsdg.figures.data.load import load_figures
from localsdg.figures.data.queries import rows
from localsdg.figures.deck import deck
from localsdg.figures.page import data as page_data
from localsdg.warehouse.query import cell_text
from localsdg.warehouse.workbook import About, write_workbook

STAMP = deck.Stamp("2026.11.26.1", "2026-11-26 00:00:00", {"unsd": ("2026.Q1",)}, "001", "World")
#: What a renderer may treat in its own way; letters and signs in between have no risk.
BLOCKS = [
    [(0, 0x110)],
    [(0x2000, 0x2100), (0xFDD0, 0xFE10), (0xFFF0, 0x10010)],
    [(0xD7F0, 0xDC00)],
    [(0xDC00, 0xE010)],
    [(plane * 0x10000 + 0xFFF0, plane * 0x10000 + 0x10000) for plane in range(1, 17)],
    [(0x1F600, 0x1F610), (0xE0000, 0xE0080)],
]
anything = strategies.text(strategies.characters(codec=None, categories=None), max_size=40)


@pytest.fixture(scope="module")
def figure(tmp_path_factory) -> Figure:
    found = load_figures(settings(tmp_path_factory.mktemp("w"), [value(1990, 36), value(2015, 10)]), "C01")
    return next(one for one in found.figures if one.kind == "line")


def spoiled(figure: Figure, text: str) -> Figure:
    """The text in every text of the figure that an input reaches."""
    labels = [{**row, "label": f"{row['label']}{text}", "shown": f"{row['shown']}{text}"} for row in figure.rows]
    return replace(
        figure,
        title=figure.title + text,
        subtitle=text,
        source=text,
        coverage=text,
        caveat=text,
        area=text,
        definition=text,
        unit=text,
        notes=(text,),
        rows=tuple(labels),
        encoding=replace(figure.encoding, breaks=((2015, 2020, text),)),
    )


def xml_parts(content: bytes) -> int:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = [name for name in archive.namelist() if name.endswith((".xml", ".rels"))]
        for name in parts:
            ElementTree.fromstring(archive.read(name))
        for name in archive.namelist():
            if name.endswith(".xlsx"):
                parts += ["x"] * xml_parts(archive.read(name))
    return len(parts)


def draw_everything(figure: Figure, text: str, folder: Path) -> None:
    """Every renderer with the text in it; what it wrote is read again."""
    one = spoiled(figure, text)
    svg, png, table = chart.draw(one, folder)
    ElementTree.fromstring(svg.read_bytes())
    assert png.read_bytes().startswith(b"\x89PNG")
    table.read_text(encoding="utf-8")
    result = Result((one,), (NoData("x", "C01", text or "x", text),))
    assert xml_parts(deck.write_deck(result, folder / "a.pptx", "en", STAMP).read_bytes()) > 20
    for body in ([text], page_data.pack(one)):
        json.loads(gzip.decompress(base64.b64decode(page_data.packed_json(body))))
    stored = pa.table({"a": [text.encode("utf-8", "ignore").decode()]})
    write_workbook(stored, folder / "a.xlsx", About((("Query", text),), None))
    assert xml_parts((folder / "a.xlsx").read_bytes()) > 5
    shown = cell_text(text)
    assert not set(shown) & {"\x1b", "\x9b", "\x00", "\ud800"}


@pytest.mark.slow
@pytest.mark.parametrize("block", range(len(BLOCKS)))
def test_every_code_point_that_could_matter(figure, tmp_path, block: int) -> None:
    draw_everything(figure, "".join(chr(code) for ends in BLOCKS[block] for code in range(*ends)), tmp_path)


@pytest.mark.slow
@limits(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(anything)
@example("if")  # a word that Vega takes for a function of its own
def test_any_text(figure, tmp_path, text: str) -> None:
    draw_everything(figure, text, tmp_path)


def test_the_renderer_still_aborts_without_the_cleaning(figure) -> None:
    """The reason for all of this: where it is gone, so can be the cleaning before each chart."""
    code = (
        "import vl_convert; vl_convert.vegalite_to_svg({'mark': {'type': 'text', 'text': 'a\\x02'}, "
        "'data': {'values': [{}]}})"
    )
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60)
    assert made.returncode != 0


def test_rows_of_a_warehouse_are_read_without_them() -> None:
    import duckdb

    found = rows(duckdb.connect(), "select 'a' || chr(2) as a, ['b' || chr(133)] as b, map {'k': chr(127)} as c")
    assert found == [{"a": "a", "b": ["b"], "c": {"k": ""}}]
