"""Pairs of points on a slide: named, joined, each with its number, and to be edited."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pytest
from deck_helpers import cells, chart_of, figure, row, written
from python_calamine import CalamineWorkbook

from localsdg.figures.data.figure import PrintedPoint

NAMES = ("Oceania", "=1+1", "Eastern and South-Eastern Asia (excluding Japan), of the UN's regions")
URBAN, RURAL = (99.2, 84.0, 50.0), (64.9, 91.5, None)


def pairs(kind: str = "dumbbell", names: tuple[str, ...] = NAMES):
    series = {"rural": RURAL, "urban": URBAN}
    rows = [
        row(name, values[place % 3], series=one)
        for place, name in enumerate(names)
        for one, values in series.items()
        if values[place % 3] is not None
    ]
    return figure(kind, rows)


def series_of(chart) -> dict:
    return {one.name: one for one in chart.plots[0].series}


def across(series) -> list[float]:
    return [float(value) for value in series._element.xpath("./c:xVal//c:pt/c:v/text()")]


def labels(series) -> list[str]:
    """The words of each label, in the order of the rows."""
    return [
        " ".join(one.xpath(".//a:t/text()"))
        for one in sorted(series._element.xpath(".//c:dLbl"), key=lambda one: int(one.xpath("string(./c:idx/@val)")))
    ]


def test_each_point_has_its_number_and_each_row_its_name(tmp_path) -> None:
    chart = chart_of(written(tmp_path, pairs()))
    found = series_of(chart)
    assert chart._chartSpace.xpath(".//c:scatterChart") and not chart._chartSpace.xpath(".//c:barChart")
    assert across(found["rural"]) == [64.9, 91.5] and across(found["urban"]) == [99.2, 84.0, 50.0]
    assert list(found["urban"].values) == [3, 2, 1], "the first name is at the top"
    assert labels(found["rural"]) == ["64.9%", "91.5%"] and labels(found["urban"]) == ["99.2%", "84%", "50%"]
    assert labels(found["label"]) == list(NAMES)
    sides = [one._element.xpath(".//c:dLbl/c:dLblPos/@val") for one in (found["rural"], found["urban"])]
    assert sides == [["l", "r"], ["r", "l", "r"]], "the lower value is left of its point"


def test_a_label_follows_its_cell(tmp_path) -> None:
    found = series_of(chart_of(written(tmp_path, pairs())))["urban"]
    assert found._element.xpath(".//c:dLbl//a:fld/@type") == ["XVALUE"] * 3
    assert found._element.xpath(".//c:dLbl/c:showCatName/@val") == ["1"] * 3
    assert found._element.xpath(".//c:dLbl/c:numFmt/@formatCode")[0] == '[$-809]#,##0.0"%"'


def test_the_way_between_two_points_follows_their_cells(tmp_path) -> None:
    chart = chart_of(written(tmp_path, pairs()))
    ways = series_of(chart)[""]
    assert across(ways)[:5] == [64.9, 99.2, 99.2, 84.0, 91.5]
    assert list(ways.values) == [3, 3, None, 2, 2, None, 1, 1]
    sheet = cells(chart)
    assert [line[:4] for line in sheet[1:3]] == [["Oceania", 3, 64.9, 99.2], ["=1+1", 2, 91.5, 84]]
    with zipfile.ZipFile(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)) as book:
        text = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>MIN(C2:D2)</f>" in text and "<f>MAX(C3:D3)</f>" in text and "<f>B3</f>" in text
    assert "<f>1+1</f>" not in text and "=1+1" in str(sheet)
    assert ways._element.xpath("./c:xVal/c:numRef/c:f/text()") == ["Sheet1!$F$2:$F$9"]


def test_numbers_left_and_right_of_the_points_are_inside_the_plot(tmp_path) -> None:
    rows = [row("a", 0.0, series="x"), row("a", 100.0, "US$ 100 billion", series="y")]
    axis = chart_of(written(tmp_path, figure("dumbbell", rows))).category_axis
    assert axis.minimum_scale < -2 and axis.maximum_scale > 115


@pytest.mark.parametrize(("n", "is_pair"), [(6, False), (15, True)])
def test_bars_without_room_for_a_label_each_are_pairs_of_points(tmp_path, n, is_pair) -> None:
    chart = chart_of(written(tmp_path, pairs("grouped_bar", tuple(f"place {place}" for place in range(n)))))
    assert bool(chart._chartSpace.xpath(".//c:scatterChart")) is is_pair
    sizes = {int(size) for size in chart._chartSpace.xpath(".//c:dLbl//@sz")}
    assert min(sizes) >= 1200
    count = sum(len(one._element.xpath(".//c:dLbl")) for one in chart.plots[0].series)
    assert count == sum(RURAL[place % 3] is not None for place in range(n)) + n + n * is_pair, "none is left out"


def test_what_a_report_prints_is_a_diamond_in_the_row(tmp_path) -> None:
    point = PrintedPoint("Oceania", "urban", 2025, 70.0, "70%", "SDG Report 2025", "", "X", "", "", "")
    chart = chart_of(written(tmp_path, replace(pairs(), printed=(point,))))
    printed = series_of(chart)["SDG Report 2025"]
    assert across(printed) == [70.0] and printed._element.xpath("./c:marker/c:symbol/@val") == ["diamond"]


def test_an_incomplete_year_is_lighter_and_a_limit_hollow(tmp_path) -> None:
    made = pairs()
    rows = [dict(one) for one in made.rows]
    rows[0]["incomplete"], rows[2]["censoring"] = "incomplete", "<"
    chart = chart_of(written(tmp_path, replace(made, rows=tuple(rows))))
    fills = series_of(chart)["rural"]._element.xpath("./c:dPt/c:marker/c:spPr/a:solidFill/a:srgbClr/@val")
    assert len(fills) == 2 and fills[1] == "FFFFFF" and fills[0] not in ("FFFFFF", "0072B2")


def test_the_workbook_opens(tmp_path) -> None:
    chart = chart_of(written(tmp_path, pairs()))
    book = CalamineWorkbook.from_filelike(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))
    assert book.sheet_names == ["Sheet1"]
