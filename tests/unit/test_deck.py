"""Slides from figures made by hand: what is written is read back from the file."""

from __future__ import annotations

import io
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from pptx import Presentation
from pptx.util import Emu
from python_calamine import CalamineWorkbook

from localsdg.common.errors import LocalsdgError
from localsdg.figures.chart.palette import SERIES
from localsdg.figures.data.figure import COLUMNS, Encoding, Figure, NoData, Result, Style
from localsdg.figures.deck import chart_data as deck_data
from localsdg.figures.deck.deck import Stamp, deck_name, write_deck
from localsdg.figures.deck.slide import split_rows

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


def written(tmp_path: Path, *figures: Figure, missing: tuple[NoData, ...] = ()) -> Presentation:
    return Presentation(write_deck(Result(figures, missing), tmp_path / "d.pptx", "en", STAMP))


def chart_of(deck: Presentation, place: int = 1):
    return next(shape.chart for shape in deck.slides[place].shapes if shape.has_chart)


def words_of(slide) -> str:
    return "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)


def cells(chart) -> list[list]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))
    return book.get_sheet_by_index(0).to_python()


def test_a_slide_has_its_finding_source_coverage_caveat_and_id(tmp_path) -> None:
    deck = written(tmp_path, figure("bar", [row("a", 1.0), row("b", 2.0)]))
    assert (deck.slide_width, deck.slide_height) == (Emu(960 * 12700), Emu(540 * 12700))
    slide = deck.slides[1]
    assert slide.shapes.title.text_frame.text == "World: it fell"
    for part in ("C01 · Poverty", "Source: a list", "Rests on 3 of 4.", "A note.", "Mind the line.", "c01-made-up"):
        assert part in words_of(slide)
    notes = slide.notes_slide.notes_text_frame.text
    for part in (
        "It was said.",
        "What it is.",
        "localsdg explain c01-made-up",
        "select 1 as one\n-- why\nfrom t",
        "a: 1%; b: 2%",
    ):
        assert part in notes


def test_bars_are_the_rows_and_start_at_zero(tmp_path) -> None:
    chart = chart_of(written(tmp_path, figure("bar", [row("a", 12.5), row("b", 40.0)])))
    assert list(chart.plots[0].categories) == ["a", "b"]
    assert list(chart.plots[0].series[0].values) == [12.5, 40.0]
    assert chart.value_axis.minimum_scale == 0 and 40 < chart.value_axis.maximum_scale < 48
    assert cells(chart)[1:] == [["a", 12.5], ["b", 40.0]]


def test_a_year_without_a_value_is_no_bar(tmp_path) -> None:
    made = figure("column", line((2000, 3.0), (2002, 5.0)))
    made = replace(made, encoding=replace(made.encoding, order=("2000", "2001", "2002")))
    chart = chart_of(written(tmp_path, made))
    assert list(chart.plots[0].series[0].values) == [3.0, None, 5.0]


def test_a_gap_is_empty_and_bridged_dashed(tmp_path) -> None:
    chart = chart_of(written(tmp_path, figure("line", line((2000, 9.0), (2001, 8.0), (2005, 4.0)))))
    values, bridge = chart.plots[0].series
    assert list(values.values) == [9.0, 8.0, None, 4.0]
    assert list(bridge.values) == [8.0, 4.0] and "years without a value" in bridge.name
    assert bridge.format.line.dash_style is not None and values.format.line.dash_style is None
    assert chart._chartSpace.xpath(".//c:dispBlanksAs/@val") == ["gap"]


def test_a_break_is_neither_joined_nor_bridged(tmp_path) -> None:
    made = figure("line", line((2000, 9.0), (2001, 8.0)))
    made = replace(made, encoding=replace(made.encoding, breaks=((2000, 2001, "another release: B"),)))
    values, broken = chart_of(written(tmp_path, made)).plots[0].series
    assert list(values.values) == [9.0, None, 8.0]
    assert broken.name == "another release: B"


def test_the_first_line_is_as_long_as_the_others(tmp_path) -> None:
    rows = line((2000, 9.0), series="women") + line((2000, 8.0), (2001, 7.0), (2002, 7.5), series="men")
    women, men = chart_of(written(tmp_path, figure("line", rows))).plots[0].series
    assert list(women.values) == [9.0, None, None]  # else LibreOffice draws none of it
    assert list(men.values) == [8.0, 7.0, 7.5]


@pytest.mark.parametrize("kind", ["bar", "line"])
def test_a_limit_is_hollow_and_labelled_as_shown(tmp_path, kind) -> None:
    rows = line((2000, 9.0), (2001, 5.0), (2002, 2.5))
    rows[1] |= {"censoring": "<", "shown": "< 5%"}
    chart = chart_of(written(tmp_path, figure(kind, rows)))
    series = chart._chartSpace.xpath(".//c:ser")[0]
    fill = series.xpath('./c:dPt[c:idx/@val="1"]//a:solidFill/a:srgbClr/@val')
    assert fill[0] == "FFFFFF"
    code = series.xpath('./c:dLbls/c:dLbl[c:idx/@val="1"]/c:numFmt/@formatCode')
    assert code == ['[$-809]"< "#,##0"%"']
    assert series.xpath('./c:dPt[c:idx/@val="0"]//a:srgbClr[@val="FFFFFF"]') == []


def test_bounds_are_thin_bars(tmp_path) -> None:
    rows = [row("a", 10.0, lower_bound=8.0, upper_bound=13.0), row("b", 20.0)]
    chart = chart_of(written(tmp_path, figure("bar", rows)))
    assert chart._chartSpace.xpath(".//c:errBars/c:plus//c:v/text()") == ["3.0"]
    assert chart._chartSpace.xpath(".//c:errBars/c:minus//c:v/text()") == ["2.0"]
    plain = chart_of(written(tmp_path, figure("bar", [row("a", 10.0)])))
    assert plain._chartSpace.xpath(".//c:errBars") == []


def test_behind_a_count_stands_its_whole(tmp_path) -> None:
    rows = [row("a", 3.0, "3 of 14", n_total=14), row("b", 5.0, "5 of 9", n_total=9)]
    whole, count = chart_of(written(tmp_path, figure("bar", rows))).plots[0].series
    assert (list(whole.values), list(count.values)) == ([14, 9], [3.0, 5.0])
    codes = count._element.xpath("./c:dLbls/c:dLbl/c:numFmt/@formatCode")
    assert codes == ['[$-809]#,##0" of 14"', '[$-809]#,##0" of 9"']


def test_several_series_keep_their_colours_and_have_a_legend(tmp_path) -> None:
    rows = [row("a", 1.0, series="women"), row("a", 2.0, series="men")]
    chart = chart_of(written(tmp_path, figure("grouped_bar", rows)))
    assert chart.has_legend and [one.name for one in chart.plots[0].series] == ["women", "men"]
    found = [str(one.format.fill.fore_color.rgb).lower() for one in chart.plots[0].series]
    assert found == [SERIES[0][0][1:], SERIES[1][0][1:]]


def test_goals_have_the_colours_of_the_un(tmp_path) -> None:
    made = figure("bar", [row("1 No poverty", 6.0), row("2 Zero hunger", 4.0)])
    styles = (Style("1 No poverty", "#e5243b"), Style("2 Zero hunger", "#dda63a"))
    made = replace(made, encoding=replace(made.encoding, colour="goal", styles=styles))
    series = chart_of(written(tmp_path, made)).plots[0].series[0]
    assert str(series.format.fill.fore_color.rgb) == "E5243B"
    assert str(series.points[1].format.fill.fore_color.rgb) == "DDA63A"


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        "=1+1",
        "+1",
        "@SUM(A1)",
        "http://x.org",
        "a\x00b",
    ],
)
@pytest.mark.parametrize("kind", ["bar", "table", "grouped_bar"])
def test_hostile_names_stay_text(tmp_path, name, kind) -> None:
    rows = [row(name, 1.0, series=name if kind == "grouped_bar" else ""), row("b", 2.0, series="x" * (kind != "bar"))]
    missing = (NoData("x", "C01", name, name),)
    deck = written(tmp_path, figure(kind, rows, title=f"{name} leads"), missing=missing)
    kept = name.replace("\x00", "")
    assert deck.slides[1].shapes.title.text_frame.text == f"{kept} leads"
    if kind == "table":
        table = next(shape.table for shape in deck.slides[1].shapes if shape.has_table)
        assert table.cell(1, 0).text == kept
        return
    chart = chart_of(deck)
    assert list(chart.plots[0].categories)[0] == kept and cells(chart)[1][0] == kept
    with zipfile.ZipFile(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml")
        assert b"<f>" not in sheet and b"<hyperlink" not in sheet


def test_without_the_guard_a_name_becomes_a_formula() -> None:
    from pptx.chart.data import CategoryChartData

    data = CategoryChartData()
    data.categories = ["=1+1"]
    data.add_series("x", [1])
    with zipfile.ZipFile(io.BytesIO(data.xlsx_blob)) as book:
        assert b"<f>1+1</f>" in book.read("xl/worksheets/sheet1.xml")


def test_a_long_title_is_cut_and_whole_in_the_notes(tmp_path) -> None:
    title = " ".join(f"word{n}" for n in range(120))
    deck = written(tmp_path, figure("bar", [row("a", 1.0)], title=title))
    slide = deck.slides[1]
    shape = slide.shapes.title
    assert shape.text_frame.text.endswith("…") and len(shape.text_frame.text) < len(title)
    assert shape.text_frame.paragraphs[0].runs[0].font.size.pt == 16
    assert title in slide.notes_slide.notes_text_frame.text
    short = written(tmp_path, figure("bar", [row("a", 1.0)])).slides[1].shapes.title
    assert short.text_frame.paragraphs[0].runs[0].font.size.pt == 28


def test_a_long_caveat_leaves_room_for_the_chart(tmp_path) -> None:
    caveat = " ".join(["never add them"] * 200)
    deck = written(tmp_path, figure("bar", [row("a", 1.0)], caveat=caveat))
    slide = deck.slides[1]
    chart = next(shape for shape in slide.shapes if shape.has_chart)
    foot = next(shape for shape in slide.shapes if shape.name == "foot")
    assert chart.height > Emu(180 * 12700) and chart.top + chart.height <= foot.top
    assert "Source: a list" in foot.text_frame.text and foot.text_frame.text.endswith("…")
    assert caveat in slide.notes_slide.notes_text_frame.text


@pytest.mark.parametrize("kind", ["bar", "column", "grouped_bar", "line", "table"])
def test_nothing_lies_upon_another_or_off_the_slide(tmp_path, kind) -> None:
    rows = line(*((2000 + n, float(n + 1)) for n in range(15)), series="x" if kind == "grouped_bar" else "")
    deck = written(tmp_path, figure(kind, rows, title="a rather long finding " * 9))
    places = sorted(
        (shape.top, shape.top + shape.height, shape.name)
        for shape in deck.slides[1].shapes
        if shape.left < deck.slide_width // 2
    )
    for (_, end, _), (start, _, name) in zip(places, places[1:], strict=False):
        assert start >= end - 12700, name
    assert places[-1][1] <= deck.slide_height


def test_what_has_no_data_is_a_table_over_as_many_slides_as_it_needs(tmp_path) -> None:
    missing = tuple(NoData(f"c{n}", "C01", f"what {n}", f"why {n}") for n in range(40))
    deck = written(tmp_path, figure("bar", [row("a", 1.0)]), missing=missing)
    tables = [shape.table for slide in list(deck.slides)[2:] for shape in slide.shapes if shape.has_table]
    assert len(tables) > 1
    told = [table.cell(line, 2).text for table in tables for line in range(1, len(table.rows))]
    assert told == [f"why {n}" for n in range(40)]
    for slide in list(deck.slides)[2:]:
        frame = next(shape for shape in slide.shapes if shape.has_table)
        assert frame.top + sum(one.height for one in frame.table.rows) < deck.slide_height - Emu(26 * 12700)


def test_rows_that_share_a_reason_share_a_line(tmp_path) -> None:
    missing = tuple(NoData(f"c{n}", "C02", f"what {n}", "one reason") for n in range(3))
    slide = written(tmp_path, missing=missing).slides[1]
    table = next(shape.table for shape in slide.shapes if shape.has_table)
    assert [table.cell(1, n).text for n in (1, 2)] == ["what 0; what 1; what 2", "one reason"]


def test_a_long_table_goes_on_under_the_same_head() -> None:
    size, pages = split_rows(["a"], [[str(n)] for n in range(30)], 800, 200)
    assert size == 14 and [one[0] for page in pages for one in page] == [str(n) for n in range(30)]
    assert split_rows(["a"], [["1"]], 800, 200) == (16, [[["1"]]])


def test_nothing_to_show_is_an_error(tmp_path) -> None:
    with pytest.raises(LocalsdgError, match="nothing to show"):
        write_deck(Result((), ()), tmp_path / "d.pptx", "en", STAMP)


def test_the_same_figures_give_the_same_bytes(tmp_path) -> None:
    result = Result((figure("bar", [row("a", 1.0)]), figure("line", line((2000, 1.0), (2001, 2.0)))), ())
    one = write_deck(result, tmp_path / "one.pptx", "en", STAMP).read_bytes()
    time.sleep(2.1)  # a zip's clock has steps of two seconds
    assert write_deck(result, tmp_path / "two.pptx", "en", STAMP).read_bytes() == one
    later = replace(STAMP, built_at="2027-01-01 00:00:00")
    assert write_deck(result, tmp_path / "two.pptx", "en", later).read_bytes() != one


def test_charts_say_what_they_show_and_slides_are_numbered(tmp_path) -> None:
    deck = written(tmp_path, figure("bar", [row("a", 1.0)]), figure("table", [row("a", 1.0)]))
    for slide in list(deck.slides)[1:]:
        frame = next(shape for shape in slide.shapes if shape.has_chart or shape.has_table)
        text = frame._element.xpath("./p:nvGraphicFramePr/p:cNvPr/@descr")[0]
        assert "World: it fell" in text and "a: 1%" in text
        assert slide._element.xpath('.//a:fld[@type="slidenum"]')
        assert set(slide._element.xpath(".//a:rPr/@lang")) == {"en-GB"}
        ids = slide._element.xpath(".//p:cNvPr/@id")
        assert len(ids) == len(set(ids))
    assert deck.core_properties.created.isoformat()[:19] == "2026-11-23T16:02:44"


@pytest.mark.parametrize(
    ("value", "shown", "lang", "code"),
    [
        (36.0, "36%", "en", '[$-809]#,##0"%"'),
        (7.46, "7.5%", "en", '[$-809]#,##0.0"%"'),
        (7.46, "7,5\u00a0%", "es", '[$-C0A]#,##0.0"\u00a0%"'),
        (0.123, "0.12", "en", "[$-809]#,##0.00"),
        (1234.4, "1,234", "en", "[$-809]#,##0"),
        (1234.4, "1\u00a0234", "fr", "[$-40C]#,##0"),
        (2.25, "2.2%", "en", '"2.2%"'),  # a spreadsheet would round it up
        (5.0, "no number", "en", '"no number"'),
        (12.0, '12 "x"', "en", '[$-809]#,##0" ”x”"'),
    ],
)
def test_a_label_is_a_number_format(value, shown, lang, code) -> None:
    assert deck_data.label_format(row("a", value, shown), lang) == code


def test_long_numbers_are_told_in_words_of_their_size(tmp_path) -> None:
    rows = [row("2000", 16_621_742_586.0, "US$ 16.6 billion"), row("2001", 2e9, "US$ 2 billion")]
    chart = chart_of(written(tmp_path, figure("column", rows, unit_code="USD")))
    assert list(chart.plots[0].series[0].values) == [16_621_742_586.0, 2e9]
    codes = chart._chartSpace.xpath(".//c:dLbl/c:numFmt/@formatCode")
    assert codes == ['[$-809]"US$ "#,##0.0,,," billion"', '[$-809]"US$ "#,##0,,," billion"']
    assert '#,##0,,," billion"' in chart.value_axis.tick_labels.number_format


def test_wide_labels_are_at_limits_the_highest_and_the_last_column(tmp_path) -> None:
    rows = [row(str(year), year * 1e6, f"{year:,} thousand people or so") for year in range(2000, 2015)]
    rows[3] |= {"value": 9e9, "shown": "9,000 million people or so"}
    rows[7] |= {"censoring": "<", "shown": "< 2,007 million people"}
    deck = written(tmp_path, figure("column", rows), figure("column", line(*((y, 5.0) for y in range(9)))))
    assert chart_of(deck)._chartSpace.xpath(".//c:dLbl/c:idx/@val") == ["3", "7", "14"]
    assert len(chart_of(deck, 2)._chartSpace.xpath(".//c:dLbl")) == 9  # short ones stand at each


def unnamed(chart) -> list[str]:
    """What lets an office leave out names of bars that it finds too near."""
    lacking = {"tickLblSkip": ".//c:catAx/c:tickLblSkip[@val='1']", "rot": ".//c:catAx/c:txPr/a:bodyPr[@rot='0']"}
    return [name for name, path in lacking.items() if not chart._chartSpace.xpath(path)]


@pytest.mark.parametrize("kind", ["bar", "column", "grouped_bar"])
def test_every_bar_has_its_name(tmp_path, kind) -> None:
    rows = [
        row(f"{n} a goal of some length", float(n), series=one)
        for n in range(17)
        for one in (("a", "b", "c") if kind == "grouped_bar" else ("",))
    ]
    chart = chart_of(written(tmp_path, figure(kind, rows)))
    assert unnamed(chart) == []
    (size,) = chart._chartSpace.xpath(".//c:catAx/c:txPr//a:defRPr/@sz")
    share = float(chart._chartSpace.xpath(".//c:plotArea/c:layout//c:h/@val")[0])
    high = next(one.height for one in chart_frames(tmp_path)) / 12700
    assert kind == "column" or int(size) / 100 * 1.15 < share * high / 17
    chart._chartSpace.xpath(".//c:catAx/c:tickLblSkip")[0].set("val", "2")
    chart._chartSpace.xpath(".//c:catAx/c:txPr/a:bodyPr")[0].attrib.pop("rot")
    assert unnamed(chart) == ["tickLblSkip", "rot"]


def chart_frames(folder: Path) -> list:
    return [one for one in Presentation(folder / "d.pptx").slides[1].shapes if one.has_chart]


@pytest.mark.parametrize(("shown", "low"), [("3", 1988), ("3 of 17", 1986)])
def test_the_axis_of_years_has_room_for_the_first_label(tmp_path, shown, low) -> None:
    rows = line(*((year, float(year - 1987)) for year in range(1990, 2019)))
    rows[0]["shown"] = shown
    assert chart_of(written(tmp_path, figure("line", rows))).category_axis.minimum_scale == low


@pytest.mark.parametrize(
    ("title", "told"),
    [("World: from < 2.5% to ≥ 9%", "World: from <\u00a02.5% to ≥\u00a09%"), ("a < b, 1 > x", "a < b, 1 > x")],
)
def test_no_line_of_a_title_ends_in_the_sign_of_a_limit(tmp_path, title, told) -> None:
    deck = written(tmp_path, figure("bar", [row("a", 1.0)], title=title))
    assert deck.slides[1].shapes.title.text_frame.text == told


@pytest.mark.parametrize(
    ("claim", "area", "lang", "name"),
    [
        (None, "001", "en", "localsdg.pptx"),
        ("c04", "724", "es", "localsdg-C04-724.es.pptx"),
    ],
)
def test_a_deck_of_a_part_has_a_name_of_its_own(claim, area, lang, name) -> None:
    assert deck_name(claim, area, lang) == name


def test_parts_of_a_whole_are_stacked_with_a_number_where_there_is_room(tmp_path) -> None:
    parts = {"lead": (2.0, 30.0), "absent": (98.0, 70.0)}
    rows = [row(name, parts[series][place], series=series) for place, name in enumerate("ab") for series in parts]
    made = figure("stacked_bar", rows)
    made = replace(made, encoding=replace(made.encoding, domain=(0.0, 100.0)))
    chart = chart_of(written(tmp_path, made))
    assert chart._chartSpace.xpath(".//c:barChart/c:grouping/@val") == ["stacked"]
    assert [list(one.values) for one in chart.plots[0].series] == [[2.0, 30.0], [98.0, 70.0]]
    numbered = [one._element.xpath("./c:dLbls/c:dLbl/c:idx/@val") for one in chart.plots[0].series]
    assert numbered == [["1"], ["0", "1"]], "two of a hundred are too narrow for their number"
    inks = [one._element.xpath("./c:dLbls/c:dLbl[1]//a:srgbClr/@val")[0] for one in chart.plots[0].series]
    assert inks == ["FFFFFF", "1B1B1B"] and chart._chartSpace.xpath(".//c:valAx/c:tickLblPos/@val") == ["none"]


def test_names_of_many_thin_bars_are_no_higher_than_their_rows(tmp_path) -> None:
    names = [f"{number} a name of some length" for number in range(1, 18)]
    made = figure("bar", [row(name, 1.0) for name in names], caveat="A long caveat. " * 60, notes=("Note. " * 60,))
    chart = chart_of(written(tmp_path, made))
    (size,) = chart._chartSpace.xpath(".//c:catAx/c:txPr//a:defRPr/@sz")
    share = float(chart._chartSpace.xpath(".//c:plotArea/c:layout//c:h/@val")[0])
    band = share * next(one.height for one in chart_frames(tmp_path)) / 12700 / 17
    assert int(size) / 100 * 1.15 <= band and int(size) / 100 >= 13
