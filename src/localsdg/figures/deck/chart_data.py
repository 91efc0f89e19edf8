"""The numbers behind a native chart: chart data, its workbook, and formats that say `shown`.

Text in the workbook is text: a name that begins with `=` becomes no formula
and no link, and the workbook's dates are the warehouse's.
"""

from __future__ import annotations

import math
import unicodedata
from contextlib import contextmanager
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, TypeGuard

from localsdg.figures.chart.datasets import bridges, runs
from localsdg.figures.chart.printed_points import source_words
from localsdg.figures.messages.messages import words

if TYPE_CHECKING:
    from localsdg.figures.data.figure import Figure

Row = dict[str, Any]
#: A series of an XY chart: what it is, the series' label, its rows (None: a gap).
Part = tuple[str, str, list[Row | None]]


def plain(text: Any) -> str:
    """Text without control characters, which no XML holds; line breaks become spaces."""
    return "".join(
        " " if letter in "\t\n\r\v" else letter
        for letter in str(text)
        if letter in "\t\n\r\v" or unicodedata.category(letter) not in ("Cc", "Cs", "Cn")
    )


def has_value(row: Row | None) -> TypeGuard[Row]:
    """Whether there is a row with a value: else no bar and no label."""
    return row is not None and row["value"] is not None


def sorted_series(figure: Figure) -> list[str]:
    """The labels of the series in the order of their styles."""
    there = list(dict.fromkeys(row["series"] for row in figure.rows))
    styled = [style.label for style in figure.encoding.styles if style.label in there]
    return styled if len(styled) == len(there) else there


def counts_parts(figure: Figure) -> bool:
    """Whether every value is a count with a whole of its own: the whole stands behind it."""
    return figure.kind in ("bar", "column") and all(row["n_total"] for row in figure.rows)


def category_data(figure: Figure, built_at: str) -> tuple[Any, list[list[Row | None]]]:
    """Chart data of labels by series, and the rows in its cells: one list a series.

    Where the values are counts of a whole (`counts_parts`) the wholes are a
    first series more, which has no cells in the list.
    """
    _, categories, _ = _classes()
    data = categories(built_at)
    order = figure.encoding.order
    data.categories = [plain(label) for label in order]
    cells = []
    if counts_parts(figure):
        wholes = {row["label"]: row["n_total"] for row in figure.rows}
        name = dict(zip(figure.columns, figure.headers, strict=True))["n_total"]
        data.add_series(plain(name), [wholes.get(label) for label in order])
    for name in sorted_series(figure):
        by_label = {row["label"]: row for row in figure.rows if row["series"] == name}
        column = [by_label.get(label) for label in order]
        data.add_series(plain(name or figure.unit), [row["value"] if has_value(row) else None for row in column])
        cells.append(column)
    return data, cells


def xy_data(figure: Figure, built_at: str) -> tuple[Any, list[Part]]:
    """Chart data of a line figure, and what each of its series is.

    `values` are the published points, with an empty point where the line must
    not be read on; `bridge` joins the ends of a gap once more (dashed);
    `break` is an upright line between two years, `printed` a point of a report by its place.
    """
    lines: list[tuple[str, list[tuple[float, float | None]]]] = []
    parts: list[Part] = []
    gaps_of, numbered = bridges(figure), runs(figure)
    for name in sorted_series(figure):
        line = [row for row in figure.rows if row["series"] == name]
        run = [
            numbered_row["run"]
            for numbered_row, row in zip(numbered, figure.rows, strict=True)
            if row["series"] == name
        ]
        rows: list[Row | None] = []
        for place, row in enumerate(line):
            rows += [None, row] if place and run[place] != run[place - 1] else [row]
        points = [None if row is None else (row["year"], row["value"]) for row in rows]
        lines.append((name or figure.unit, _points(points)))
        parts.append(("values", name, rows))
        if gaps := [gap for gap in gaps_of if gap["series"] == name]:
            label = f"{name or figure.unit} ({words(figure.lang).say('deck.gap')})"
            lines.append((label, _joined(gaps)))
            parts.append(("bridge", name, []))
    for before_year, after_year, why in figure.encoding.breaks:
        middle = (before_year + after_year) / 2
        lines.append((why, [(middle, height) for height in figure.encoding.domain]))
        parts.append(("break", why, []))
    for place, point in enumerate(figure.printed):
        lines.append((source_words(point), [(point.year, point.value)]))
        parts.append(("printed", str(place), []))
    return _xy(lines, built_at), parts


def _points(rows: list[tuple[int, float] | None]) -> list[tuple[float, float | None]]:
    """An empty point stands between its neighbours, where no other point stands: LibreOffice
    keeps one point a place."""
    points: list[tuple[float, float | None]] = []
    for place, row in enumerate(rows):
        before, after = rows[place - 1], rows[(place + 1) % len(rows)]
        if row is not None:
            points.append(row)
        elif before is not None and after is not None:
            points.append(((before[0] + after[0]) / 2, None))
    return points


def _joined(gaps: list[Row]) -> list[tuple[float, float | None]]:
    """The ends of the gaps in one line, gaps that touch without an empty point between them."""
    rows: list[tuple[int, float] | None] = []
    for gap in gaps:
        start = (gap["x0"], gap["y0"])
        if rows and rows[-1] != start:
            rows.append(None)
        if not rows or rows[-1] != start:
            rows.append(start)
        rows.append((gap["x1"], gap["y1"]))
    return _points(rows)


def _xy(lines: list[tuple[str, list[tuple[float, float | None]]]], built_at: str) -> Any:
    xy, _, _ = _classes()
    data = xy(built_at)
    # LibreOffice draws nothing of a first series that is shorter than a later one
    first = lines[0][1]
    lack = max(len(points) for _, points in lines) - len(first)
    first.extend((first[-1][0] + more, None) for more in range(1, lack + 1))
    for name, points in lines:
        series = data.add_series(plain(name))
        for x, y in points:
            series.add_data_point(x, y)
    return data


def pair_data(figure: Figure, start: float, built_at: str) -> tuple[Any, list[list[Row | None]]]:
    """Chart data of a line of points a name, and the rows of the figure in it: one list a series.

    The first name is at the top; values lie along x, y is the place of the name. The first series
    joins the points of each name; behind the figure's own are the values that reports print, where
    they print any, and the names, at `start`.
    """
    _, _, pairs = _classes()
    data = pairs(built_at)
    order = figure.encoding.order
    data.names = [plain(label) for label in order]
    cells, columns = [], []
    for name in sorted_series(figure):
        by_label = {row["label"]: row for row in figure.rows if row["series"] == name}
        cells.append([by_label.get(label) for label in order])
        columns.append((name or figure.unit, [row["value"] if has_value(row) else None for row in cells[-1]]))
    data.n_values = len(columns)
    if figure.printed:
        printed = {point.label: point.value for point in figure.printed}
        columns.append((source_words(figure.printed[0]), [printed.get(label) for label in order]))
    columns.append((dict(zip(figure.columns, figure.headers, strict=True)).get("label", ""), [start] * len(order)))
    ways = data.add_series("")
    for place, row in enumerate(zip(*(values for _, values in columns[: data.n_values]), strict=True)):
        known = [value for value in row if value is not None] or [start]
        for x in (min(known), max(known)):
            ways.add_data_point(x, len(order) - place)
        if place < len(order) - 1:
            ways.add_data_point(max(known), None)
    for name, values in columns:
        series = data.add_series(plain(name))
        for place, value in enumerate(values):
            series.add_data_point(value, len(order) - place)
    return data, cells


def label_format(row: Row, lang: str) -> str:
    """The number format that writes a row's value as its `shown`: `"< "0.0"%"`.

    From a million on it scales: `"US$ "#,##0.0,,," billion"`. Where rounding
    by the spreadsheet would write another number, the words themselves are
    the format.
    """
    shown, digits = plain(row["shown"]), plain(words(lang).number(row["value"]))
    before, match, after = shown.partition(digits)
    number, places, power, word = _written(row["value"], lang)
    scaled = Decimal(repr(float(row["value"]))).scaleb(-power)
    if not match or scaled.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) != number:
        return literal(shown)
    return _locale_prefix(lang) + literal(before) + _digits(places, power) + literal(word + after)


def unit_format(figure: Figure, high: float, step: float) -> str:
    """The number format of the axis up to `high`: the decimals that its step needs, and the unit."""
    lang = figure.lang
    _, _, power, word = _written(high, lang)
    exponent = Decimal(repr(step)).scaleb(-power).normalize().as_tuple().exponent
    places = min(max(0, -int(exponent)), 2)
    before, _, after = words(lang).say(f"amount.{figure.unit_code}", "{n}").partition("{n}")
    return _locale_prefix(lang) + literal(before) + _digits(places, power) + literal(word + after)


@cache
def _locale_prefix(lang: str) -> str:
    """How a number format names a locale, `[$-809]`; '' for one that Windows has no number of.

    LibreOffice writes the number as this language does; other offices take the reader's own separators.
    """
    from locale import windows_locale

    # where there are two numbers, the lower one is of an older sort order
    numbers = [number for number, name in windows_locale.items() if name == words(lang).locale]
    return f"[$-{max(numbers):X}]" if numbers else ""


def _written(value: float, lang: str) -> tuple[Decimal, int, int, str]:
    """A number as its language writes it: `16.6 billion` is 16.6 with one decimal, power 9, the word."""
    w = words(lang)
    text, point = plain(w.number(value)), w.number(1.5)[1]
    length = max((place for place, letter in enumerate(text, start=1) if letter.isdigit()), default=0)
    kept = "".join(letter for letter in text[:length] if letter.isdigit() or letter in (point, "-"))
    number = Decimal(kept.replace(point, "."))
    power = 3 * round(math.log10(abs(value) / abs(float(number))) / 3) if number else 0
    return number, len(kept.partition(point)[2]), power, text[length:]


def _digits(places: int, power: int) -> str:
    return "#,##0" + ("." + "0" * places if places else "") + "," * (power // 3)


def literal(text: str) -> str:
    """Text as a part of a number format."""
    # a quotation mark cannot be in a quoted part of a number format
    clean = text.replace('"', "”")
    return f'"{clean}"' if clean else ""


@cache
def _classes() -> tuple[Any, Any, Any]:
    """Chart data whose workbook holds text as text; made late, python-pptx is heavy."""
    from datetime import datetime

    from pptx.chart.data import CategoryChartData, XyChartData
    from pptx.chart.xlsx import CategoryWorkbookWriter, XyWorkbookWriter
    from pptx.util import lazyproperty
    from xlsxwriter import Workbook

    class Safe:
        _chart_data: Any

        @contextmanager
        def _open_worksheet(self, target: Any):
            book = Workbook(
                target,
                {
                    "in_memory": True,
                    "strings_to_formulas": False,
                    "strings_to_urls": False,
                    "strings_to_numbers": False,
                },
            )
            book.set_properties({"created": datetime.fromisoformat(self._chart_data.built_at)})
            yield book, book.add_worksheet()
            book.close()

    class CategoryWriter(Safe, CategoryWorkbookWriter):
        pass

    class PairWriter(Safe, XyWorkbookWriter):
        """A row a name: its place and the values of the series in columns; then the ways, as formulas."""

        def series_name_ref(self, series: Any) -> str:
            return f"Sheet1!${self._letter(series)}$1"

        def x_values_ref(self, series: Any) -> str:
            return self._cells(self._letter(series), len(series))

        def y_values_ref(self, series: Any) -> str:
            return self._cells("B" if series.index else self._letter(series, 1), len(series))

        def _cells(self, letter: str, n: int) -> str:
            return f"Sheet1!${letter}$2:${letter}${n + 1}"

        def _letter(self, series: Any, further: int = 0) -> str:
            return chr(ord("B") + (series.index or len(self._chart_data)) + further)

        def _populate_worksheet(self, workbook: Any, worksheet: Any) -> None:
            ways, *others = data = self._chart_data
            worksheet.write_column(1, 0, data.names)
            worksheet.write_column(1, 1, others[0].y_values)
            for series in others:
                worksheet.write(0, 1 + series.index, series.name)
                worksheet.write_column(1, 1 + series.index, series.x_values)
            values = f"C{{row}}:{chr(ord('B') + data.n_values)}{{row}}"
            for place, (x, y) in enumerate(zip(ways.x_values, ways.y_values, strict=True)):
                formula = f"={'MAX' if place % 3 else 'MIN'}({values.format(row=place // 3 + 2)})"
                worksheet.write_formula(place + 1, 1 + len(data), formula, None, x)
                if y is not None:
                    worksheet.write_formula(place + 1, 2 + len(data), f"=B{place // 3 + 2}", None, y)

    class XyWriter(Safe, XyWorkbookWriter):
        pass

    class Xy(XyChartData):
        def __init__(self, built_at: str) -> None:
            super().__init__()
            self.built_at = built_at

        @lazyproperty
        def _workbook_writer(self) -> Any:
            return XyWriter(self)

    class Pairs(Xy):
        names: list[str]
        n_values: int

        @lazyproperty
        def _workbook_writer(self) -> Any:
            return PairWriter(self)

    class Categories(CategoryChartData):
        def __init__(self, built_at: str) -> None:
            super().__init__()
            self.built_at = built_at

        @lazyproperty
        def _workbook_writer(self) -> Any:
            return CategoryWriter(self)

    return Xy, Categories, Pairs
