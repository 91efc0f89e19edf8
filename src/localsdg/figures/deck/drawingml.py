"""The parts of a native chart that python-pptx has no words for, as DrawingML.

Labels with a number format each, bars of uncertainty with bounds of their
own, the place of the plot, entries left out of the legend.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

if TYPE_CHECKING:
    from pptx.chart.chart import Chart

    from localsdg.figures.deck.frame import Box

_C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_OFF = "".join(
    f'<c:{name} val="0"/>'
    for name in ("showLegendKey", "showVal", "showCatName", "showSerName", "showPercent", "showBubbleSize")
)


def add_labels(
    series: Any, formats: dict[int, str | None], size: float, colour: str, place: str | dict[int, str]
) -> None:
    """Labels at some points: each its value in a number format, or (None) the series' name.

    `place` is where they stand (`t`, `b`, `r`, `ctr`, `outEnd`), for all or by point.
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
        shown = (
            _OFF.replace('showVal val="0"', 'showVal val="1"')
            if code is not None
            else _OFF.replace('showSerName val="0"', 'showSerName val="1"')
        )
        parts.append(f'<c:dLbl><c:idx val="{index}"/>{number}{text}<c:dLblPos val="{where}"/>{shown}</c:dLbl>')
    labels = _parse(f"<c:dLbls {_names()}>{''.join(parts)}{_OFF}</c:dLbls>")
    old = series._element.get_or_add_dLbls()
    old.getparent().replace(old, labels)


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


def show_every_label(axis: Any) -> None:
    """A name at each bar: an office that finds the names too near leaves out every other one.

    PowerPoint asks for the step between names, LibreOffice for text that is not turned.
    """
    element = axis._element
    element.find(f"{{{_C}}}txPr/{{{_A}}}bodyPr").set("rot", "0")
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
