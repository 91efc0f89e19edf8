"""Native charts of slides from figures made by hand: what is written is read back from the file."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from deck_helpers import cells, chart_of, figure, line, row, written
from pptx import Presentation

from localsdg.figures.chart.palette import SERIES
from localsdg.figures.data.figure import Style
from localsdg.figures.deck import chart_data as deck_data


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


def test_without_the_guard_a_name_becomes_a_formula() -> None:
    from pptx.chart.data import CategoryChartData

    data = CategoryChartData()
    data.categories = ["=1+1"]
    data.add_series("x", [1])
    with zipfile.ZipFile(io.BytesIO(data.xlsx_blob)) as book:
        assert b"<f>1+1</f>" in book.read("xl/worksheets/sheet1.xml")


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
    rows[7] |= {"value": 5e9, "censoring": "<", "shown": "< 5,000 million people"}
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
