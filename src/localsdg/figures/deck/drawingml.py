"""The parts of a native chart that python-pptx has no words for, as DrawingML.

Labels with a number format each, bars of uncertainty with bounds of their
own, the place of the plot, entries left out of the legend.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_OID, uuid5
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from pptx.chart.chart import Chart

    from localsdg.figures.deck.frame import Box

_C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_OFF = "".join(
    f'<c:{name} val="0"/>'
    for name in ("showLegendKey", "showVal", "showCatName", "showSerName", "showPercent", "showBubbleSize")
)

#: A label with fields, as offices from 2013 on write it.
_FIELDS = (
    '<c:extLst><c:ext uri="{CE6537A1-D6FC-4f65-9D91-7224C49458BB}" '
    'xmlns:c15="http://schemas.microsoft.com/office/drawing/2012/chart">'
    '<c15:dlblFieldTable/><c15:showDataLabelsRange val="0"/></c:ext></c:extLst>'
)


def add_labels(
    series: Any,
    formats: dict[int, str | None],
    size: float,
    colour: str,
    place: str | dict[int, str],
    downs: dict[int, float] | None = None,
) -> None:
    """Labels at some points: each its value in a number format, or (None) the series' name.

    `place` is where they are (`t`, `b`, `r`, `ctr`, `outEnd`), for all or by point; `downs`
    moves some down, by shares of the chart's height.
    """
    text = (
        f'<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr><c:txPr><a:bodyPr wrap="none"/>'
        f'<a:lstStyle/><a:p><a:pPr><a:defRPr sz="{round(size * 100)}" b="0">'
        f'<a:solidFill><a:srgbClr val="{colour[1:].upper()}"/></a:solidFill></a:defRPr></a:pPr>'
        f'<a:endParaRPr lang="en-GB"/></a:p></c:txPr>'
    )
    parts = []
    for index, code in sorted(formats.items()):
        where = place if isinstance(place, str) else place[index]
        number = f'<c:numFmt formatCode={quoteattr(code)} sourceLinked="0"/>' if code is not None else ""
        shown = _shown("showVal" if code is not None else "showSerName")
        moved = _moved(downs[index]) if downs and index in downs else ""
        parts.append(f'<c:dLbl><c:idx val="{index}"/>{moved}{number}{text}<c:dLblPos val="{where}"/>{shown}</c:dLbl>')
    labels = _parse(f"<c:dLbls {_names()}>{''.join(parts)}{_OFF}</c:dLbls>")
    old = series._element.get_or_add_dLbls()
    old.getparent().replace(old, labels)


def _moved(down: float) -> str:
    return f'<c:layout><c:manualLayout><c:x val="0"/><c:y val="{down:.4f}"/></c:manualLayout></c:layout>'


def add_texts(series: Any, texts: dict[int, list[str]], bold: set[int], size: float, colour: str) -> None:
    """Words left of points, a list of lines each; those in `bold` are heavier."""
    labels = {}
    for index, lines in texts.items():
        look = _type(size, colour, bold=index in bold)
        words = "".join(
            f'<a:p><a:pPr algn="r"><a:defRPr/></a:pPr><a:r>{look}<a:t>{escape(line)}</a:t></a:r></a:p>'
            for line in lines
        )
        labels[index] = (words, "", "l", _shown("showVal"))
    _put_texts(series, labels)


def add_across_labels(
    series: Any, shown: dict[int, tuple[str, str]], size: float, colour: str, places: dict[int, str]
) -> None:
    """The value along x beside points of an XY chart: its words and its number format.

    PowerPoint writes the value of the cell in the format; LibreOffice, which has no label
    for x, shows the words.
    """
    look = _type(size, colour)
    labels = {}
    for index, (words, code) in shown.items():
        name = uuid5(NAMESPACE_OID, f"{index} {words}")
        text = (
            f'<a:p><a:pPr><a:defRPr/></a:pPr><a:fld id="{{{str(name).upper()}}}" type="XVALUE">{look}<a:pPr/>'
            f"<a:t>{escape(words)}</a:t></a:fld></a:p>"
        )
        number = f'<c:numFmt formatCode={quoteattr(code)} sourceLinked="0"/>'
        labels[index] = (text, number, places[index], _shown("showCatName") + _FIELDS)
    _put_texts(series, labels)


def _type(size: float, colour: str, *, bold: bool = False) -> str:
    return (
        f'<a:rPr lang="en-GB" sz="{round(size * 100)}" b="{int(bold)}">'
        f'<a:solidFill><a:srgbClr val="{colour[1:].upper()}"/></a:solidFill></a:rPr>'
    )


def _put_texts(series: Any, labels: dict[int, tuple[str, str, str, str]]) -> None:
    """Labels of rich text: words, number format, place and what is shown, by point."""
    parts = [
        f'<c:dLbl><c:idx val="{index}"/><c:tx><c:rich><a:bodyPr wrap="none"/>{words}</c:rich></c:tx>{number}'
        f'<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr><c:dLblPos val="{place}"/>{shown}</c:dLbl>'
        for index, (words, number, place, shown) in sorted(labels.items())
    ]
    old = series._element.get_or_add_dLbls()
    old.getparent().replace(old, _parse(f"<c:dLbls {_names()}>{''.join(parts)}{_OFF}</c:dLbls>"))


def _shown(*names: str) -> str:
    """What a label shows: these and nothing else."""
    text = _OFF
    for name in names:
        text = text.replace(f'{name} val="0"', f'{name} val="1"')
    return text


def add_error_bars(series: Any, bounds: list[tuple[float, float] | None], colour: str, along: str) -> None:
    """Thin bars from the lower to the upper bound; nothing where no point has any.

    `along` is `y` for an XY chart and empty for bars.
    """
    if not any(bounds):
        return

    def numbers(side: int) -> str:
        points = "".join(
            f'<c:pt idx="{place}"><c:v>{pair[side]!r}</c:v></c:pt>' for place, pair in enumerate(bounds) if pair
        )
        return f'<c:numLit><c:formatCode>General</c:formatCode><c:ptCount val="{len(bounds)}"/>{points}</c:numLit>'

    direction = f'<c:errDir val="{along}"/>' if along else ""
    bars = _parse(
        f'<c:errBars {_names()}>{direction}<c:errBarType val="both"/><c:errValType val="cust"/>'
        f'<c:noEndCap val="0"/><c:plus>{numbers(1)}</c:plus><c:minus>{numbers(0)}</c:minus>'
        f'<c:spPr><a:ln w="12700"><a:solidFill><a:srgbClr val="{colour[1:].upper()}"/></a:solidFill></a:ln>'
        "</c:spPr></c:errBars>"
    )
    element = series._element
    anchor = next(child for child in element if child.tag in (f"{{{_C}}}cat", f"{{{_C}}}xVal"))
    anchor.addprevious(bars)


def hide_axis(axis: Any) -> None:
    """An axis without line, marks and numbers, whose grid is kept: an office drops the grid of a deleted one."""
    from pptx.enum.chart import XL_TICK_LABEL_POSITION, XL_TICK_MARK

    axis.tick_label_position = XL_TICK_LABEL_POSITION.NONE
    axis.major_tick_mark = axis.minor_tick_mark = XL_TICK_MARK.NONE
    axis.format.line.fill.background()


def place_plot(chart: Chart, box: Box, *, left: float, top: float, right: float, bottom: float) -> None:
    """The plot's inner rectangle, by the points that labels need on each side of the box."""
    area = chart._chartSpace.chart.plotArea
    for old in area.findall(f"{{{_C}}}layout"):
        area.remove(old)
    shares = (
        left / box.width,
        top / box.height,
        (box.width - left - right) / box.width,
        (box.height - top - bottom) / box.height,
    )
    places = "".join(f'<c:{name} val="{share:.4f}"/>' for name, share in zip("xywh", shares, strict=True))
    area.insert(
        0,
        _parse(
            f'<c:layout {_names()}><c:manualLayout><c:layoutTarget val="inner"/><c:xMode val="edge"/>'
            f'<c:yMode val="edge"/>{places}</c:manualLayout></c:layout>'
        ),
    )


def show_labels(axis: Any, *, turned: bool = False) -> None:
    """A name at each bar, `turned` upwards or not: an office that finds names too near leaves out some by itself.

    PowerPoint asks for the step between names, LibreOffice for the turn.
    """
    element = axis._element
    element.find(f"{{{_C}}}txPr/{{{_A}}}bodyPr").set("rot", "-5400000" if turned else "0")
    for old in element.findall(f"{{{_C}}}tickLblSkip"):
        element.remove(old)
    element.find(f"{{{_C}}}noMultiLvlLbl").addprevious(_parse(f'<c:tickLblSkip {_names()} val="1"/>'))


def axis_at_the_end(chart: Chart) -> None:
    """The axis of values at the foot, although the labels run from the top down."""
    crosses = chart._chartSpace.chart.plotArea.find(f"{{{_C}}}valAx/{{{_C}}}crosses")
    crosses.set("val", "max")


def hide_legend_entry(chart: Chart, place: int) -> None:
    """A series that repeats another has no entry of its own."""
    legend = chart.legend._element
    position = legend.find(f"{{{_C}}}legendPos")
    entries = legend.findall(f"{{{_C}}}legendEntry")
    (entries[-1] if entries else position).addnext(
        _parse(f'<c:legendEntry {_names()}><c:idx val="{place}"/><c:delete val="1"/></c:legendEntry>')
    )


def set_blanks(chart: Chart) -> None:
    """A point without a value is a gap, never a zero and never joined."""
    space = chart._chartSpace.chart
    for old in space.findall(f"{{{_C}}}dispBlanksAs"):
        space.remove(old)
    space.find(f"{{{_C}}}plotVisOnly").addnext(_parse(f'<c:dispBlanksAs {_names()} val="gap"/>'))


def _names() -> str:
    return f'xmlns:c="{_C}" xmlns:a="{_A}"'


def _parse(text: str) -> Any:
    from pptx.oxml import parse_xml

    return parse_xml(text)
