"""Heat maps: every number in its cell, readable, the same in picture, page, slide and table."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from xml.etree import ElementTree

import altair as alt
import pytest
import vl_convert
from pptx import Presentation

from localsdg.figures.chart import palette
from localsdg.figures.chart.matrix import blanks, cell_text, cells
from localsdg.figures.chart.picture import csv_text
from localsdg.figures.chart.picture_spec import picture_spec
from localsdg.figures.chart.spec import page_height, page_spec
from localsdg.figures.data.figure import COLUMNS, Encoding, Figure, Result
from localsdg.figures.deck import heat_table
from localsdg.figures.deck.deck import Stamp, write_deck
from localsdg.figures.deck.text import wrap
from localsdg.figures.page.data import pack

KINDS = ("civil society", "UN or intergovernmental organization", "national government", "business", "city network")
SQUARE = {(2, 0): 12, (1, 0): 340, (2, 1): 1234, (3, 1): 56, (4, 2): 0.4, (4, 3): 800}
STAMP = Stamp("2026.1", "2026-11-23 16:02:44", {"actions": ("x",)}, "001", "World")


def made_up(
    values: dict[tuple[int, int], float], order: tuple[str, ...], across: tuple[str, ...], unit: str = "actions"
) -> Figure:
    """A figure whose cells are these values by row and column."""
    rows = [
        {**dict.fromkeys(COLUMNS), "label": order[down], "series": across[place], "value": value, "shown": f"{value:g}"}
        for (down, place), value in values.items()
    ]
    is_triangle = order[: len(across)] == across
    shape = Encoding("value", "label", "series", "series", (), order, None, (), (0.0, 1.0), across, is_triangle)
    texts = dict.fromkeys(
        ("area", "claim", "statement", "source", "coverage", "uncertainty", "caveat", "definition", "sql"), "a text"
    )
    return Figure(
        figure_id="c06-made-up",
        claim_id="C06",
        metric_ids=("c06_made_up",),
        kind="heat_map",
        lang="en",
        area_code="001",
        title="Two kinds are named together most often",
        subtitle="World",
        notes=(),
        unit=unit,
        unit_code=unit,
        columns=("label", "series", "value", "shown"),
        headers=("Kind", "With", "Records", "As shown"),
        rows=tuple(rows),
        encoding=shape,
        **texts,
    )


@pytest.fixture
def triangle() -> Figure:
    return made_up(SQUARE, KINDS, KINDS[:-1])


@pytest.fixture
def matrix() -> Figure:
    goals = ("1 No poverty", "11 Sustainable cities and communities", "17 Partnerships for the goals")
    shares = {(down, place): 10.2 * (down + 1) for down in range(5) for place in range(3) if (down, place) != (2, 1)}
    return made_up(shares, KINDS, goals, "PERCENT")


def drawn(figure: Figure) -> tuple[list[dict[str, float]], dict[str, tuple[float, float, str]]]:
    """The filled cells of the picture (x, y, width, height), and each text with its place and colour."""
    spec = picture_spec(figure)
    spec["padding"] = 0
    spec["autosize"] = {"type": "none"}
    tree = ElementTree.fromstring(vl_convert.vegalite_to_svg(spec))
    boxes, texts = [], {}
    for one in tree.iter():
        if one.tag.endswith("path") and one.get("aria-roledescription") == "rect mark":
            x, y, width, height = map(
                float, re.match(r"M([-\d.]+),([-\d.]+)h([-\d.]+)v([-\d.]+)", one.get("d", "")).groups()
            )
            boxes.append({"x": x, "y": y, "width": width, "height": height, "fill": one.get("fill")})
        if one.tag.endswith("text") and one.text and one.get("opacity") != "0":
            x, y = re.match(r"translate\(([-\d.]+),([-\d.]+)\)", one.get("transform", "")).groups()
            texts[one.text] = (float(x), float(y), str(one.get("fill")))
    return boxes, texts


@pytest.mark.parametrize("which", ["triangle", "matrix"])
def test_specifications_are_valid(which, request) -> None:
    figure = request.getfixturevalue(which)
    for spec in (picture_spec(figure), page_spec(figure)):
        alt.LayerChart.from_dict(spec)


def test_each_number_is_in_its_cell(triangle) -> None:
    boxes, texts = drawn(triangle)
    filled = [box for box in boxes if box["fill"] in palette.SEQUENCE]
    assert len(filled) == len(triangle.rows)
    for row, box in zip(triangle.rows, filled, strict=True):
        x, y, ink = texts[cell_text(triangle, row)]
        assert box["x"] < x < box["x"] + box["width"] and box["y"] < y < box["y"] + box["height"]
        assert palette.contrast(ink, box["fill"]) >= 4.5


@pytest.mark.parametrize("which", ["triangle", "matrix"])
def test_all_names_are_drawn_and_no_cell_covers_another(which, request) -> None:
    figure = request.getfixturevalue(which)
    boxes, texts = drawn(figure)
    said = " ".join(texts)
    assert all(word in said for name in figure.encoding.order for word in name.split())
    places = {(round(box["x"]), round(box["y"])) for box in boxes}
    assert len(places) == len(boxes) == len(figure.rows) + len(blanks(figure))


def test_a_name_begins_right_of_its_row_and_over_its_column(triangle) -> None:
    boxes, texts = drawn(triangle)
    for place, name in enumerate(KINDS):
        x, y = texts[name][0], texts[name][1] - 4  # from the baseline to the middle
        own = [box for box in boxes if box["y"] < y < box["y"] + box["height"]]
        assert len(own) == place and all(box["x"] + box["width"] <= x for box in own)
        under = [box for box in boxes if box["x"] <= x <= box["x"] + box["width"]]
        assert all(box["y"] > y for box in under) and bool(under) == (place < len(KINDS) - 1)


def test_pairs_of_a_name_with_itself_have_a_cell() -> None:
    figure = made_up({**SQUARE, (1, 1): 77, (4, 4): 5}, KINDS, KINDS)
    boxes, texts = drawn(figure)
    assert len(boxes) == 15 and "77" in texts
    ends = [
        max(box["x"] + box["width"] for box in boxes if box["y"] < texts[name][1] - 4 < box["y"] + box["height"])
        for name in KINDS
    ]
    assert all(0 < texts[name][0] - end < 10 for name, end in zip(KINDS, ends, strict=True))


def test_colours_are_told_apart_without_colour() -> None:
    lightness = [palette._luminance(colour) for colour in palette.SEQUENCE]
    assert all(one - other > 0.02 for one, other in zip(lightness, lightness[1:], strict=False))
    for share in (0.0, 0.13, 0.3, 0.5, 0.55, 0.63, 0.8, 1.0):
        assert palette.contrast(*palette.sequential(share)) >= 4.5


def test_more_is_darker(triangle) -> None:
    by_value = sorted(zip([row["value"] for row in triangle.rows], cells(triangle)["fill"], strict=True))
    places = [palette.SEQUENCE.index(fill) for _, fill in by_value]
    assert places == sorted(places) and places[0] == 0 and places[-1] == len(palette.SEQUENCE) - 1


def test_the_page_has_what_the_picture_has(triangle) -> None:
    packed, spec = pack(triangle), page_spec(triangle)
    assert packed["columns"]["cell"] == ["12", "340", "1,234", "56", "0", "800"]
    assert [one["text"] for one in packed["names"]] == list(KINDS) and len(packed["blanks"]) == 4
    assert {param["name"] for param in spec["params"]} >= set(packed["params"])
    assert page_height(triangle) == 5 * 30


def test_a_slide_has_a_table_of_cells(triangle, tmp_path) -> None:
    deck = Presentation(write_deck(Result((triangle,), ()), tmp_path / "d.pptx", "en", STAMP))
    frame = next(shape for shape in deck.slides[1].shapes if shape.has_table)
    table = frame.table
    assert [table.cell(place, place).text for place in range(5)] == list(KINDS)
    assert table.cell(2, 1).text == "1,234" and str(table.cell(2, 1).fill.fore_color.rgb) == "08306B"
    assert table.cell(0, 0).is_merge_origin and table.cell(0, 0).span_width == 5
    heard = frame._element.xpath("./p:nvGraphicFramePr/p:cNvPr/@descr")[0]
    first = heard.index("national government UN or intergovernmental organization: 1234")
    assert first < heard.index("city network business: 800") < heard.index("civil society: 340")
    assert frame.top + sum(row.height for row in table.rows) <= deck.slide_height


def test_a_slide_of_a_matrix_has_heads(matrix, tmp_path) -> None:
    deck = Presentation(write_deck(Result((matrix,), ()), tmp_path / "d.pptx", "en", STAMP))
    table = next(shape for shape in deck.slides[1].shapes if shape.has_table).table
    assert [table.cell(down, 0).text for down in range(6)] == ["", *KINDS]
    assert table.cell(0, 1).text == "1 No poverty" and table.cell(1, 1).text == "10%" and table.cell(3, 2).text == ""


def test_a_small_share_is_no_zero(matrix) -> None:
    row = {**matrix.rows[0], "value": 0.2}
    assert cell_text(matrix, row) == "< 1%"
    assert cell_text(replace(matrix, lang="fr"), row) == "< 1\xa0%"


def test_the_csv_has_a_line_a_cell(triangle) -> None:
    lines = list(csv.DictReader(io.StringIO(csv_text(triangle))))
    assert len(lines) == len(triangle.rows) and lines[2] == {
        "label": KINDS[2],
        "series": KINDS[1],
        "value": "1234",
        "shown": "1234",
    }


def test_no_word_at_the_head_of_a_column_is_cut() -> None:
    heads = ["Afrique septentrionale et Asie occidentale", "Monde"]
    size = heat_table._head_size(heads, 74.0, 11.0)
    assert 8.0 <= size < 11.0
    assert {word for name in heads for line in wrap(name, 74.0, size) for word in line.split()} == set(
        " ".join(heads).split()
    )
