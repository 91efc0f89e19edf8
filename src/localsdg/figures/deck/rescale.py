"""Slides laid out in the points of our frame, brought to the size and the colours of a template."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from localsdg.figures.chart.palette import GREY, INK, PAPER, RULE, SERIES

if TYPE_CHECKING:
    from localsdg.figures.deck.template import Brand

_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
#: Attributes that are lengths or sizes of type, by element (without its namespace).
_LENGTHS = {
    "off": ("x", "y"),
    "chOff": ("x", "y"),
    "ext": ("cx", "cy"),
    "chExt": ("cx", "cy"),
    "gridCol": ("w",),
    "tr": ("h",),
    "ln": ("w",),
    "rPr": ("sz",),
    "defRPr": ("sz",),
    "endParaRPr": ("sz",),
    "spcPts": ("val",),
    "bodyPr": ("lIns", "tIns", "rIns", "bIns"),
    "tcPr": ("marL", "marR", "marT", "marB"),
}
#: Contrast from which lines and large type are seen (WCAG 2.2, 1.4.11).
_SEEN = 3.0


def scale_slide(slide: Any, scale: float) -> None:
    """Multiply every place, length and size of type on a slide and in its charts."""
    if abs(scale - 1) > 0.001:
        for tree in (slide.shapes.element, *_charts(slide)):
            for element in tree.iter():
                name = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
                for attribute in _LENGTHS.get(name, ()):
                    value = element.get(attribute)
                    if value is not None:
                        element.set(attribute, str(round(int(value) * scale)))


def colour_slide(slide: Any, brand: Brand) -> None:
    """Give text, axes and single series the colours of the template's theme.

    The colours that tell several series, goals or cells apart stay: they are chosen to be told apart by everyone.
    """
    colours = theme_colours(brand.page.slide_master)
    is_dark = _luminance(colours["bg1"]) < 0.2
    accent = "accent1" if contrast(colours["accent1"], colours["bg1"]) >= _SEEN else "tx1"
    names = _text_names(is_dark) | {_hex(SERIES[0][0]): (accent, "")}
    # on a ground of its own, such as a tile or a cell, text has ink that is read there
    for shape in slide.shapes.element.xpath(".//p:sp"):
        ground = shape.xpath("./p:spPr/a:solidFill/a:srgbClr")
        if ground and shape.getparent() is slide.shapes.element:  # of an ornament, not of a tile in a group
            _rename(ground, {_hex(SERIES[0][0]): (accent, "")})
        is_paper = [_value(colour) for colour in ground] == [_hex(PAPER)]
        _rename(ground, {_hex(PAPER): ("bg1", "")})
        if is_paper or not ground:
            _rename(shape.iter(f"{{{_A}}}srgbClr"), names)
    _rename(slide.shapes.element.xpath(".//a:tc[a:tcPr/a:noFill]//a:rPr//a:srgbClr"), names)
    for chart in _charts(slide):
        _colour_chart(chart, accent, is_dark)
    if contrast("ffffff", colours["accent1"]) < _SEEN:
        _darken_headings(slide)


def theme_colours(master: Any) -> dict[str, str]:
    """tx1, bg1 and accent1 of a master as six hexadecimal digits, by its map of colours."""
    from pptx.opc.constants import RELATIONSHIP_TYPE
    from pptx.oxml import parse_xml

    theme = parse_xml(master.part.part_related_by(RELATIONSHIP_TYPE.THEME).blob)
    scheme = {}
    for entry in theme.iter(f"{{{_A}}}clrScheme"):
        for colour in entry:
            value = colour[0].get("lastClr") or colour[0].get("val") or "000000"
            scheme[colour.tag.rpartition("}")[2]] = value.lower()
    mapping = next(iter(master._element.xpath("./p:clrMap")), None)
    usual = {"tx1": "dk1", "bg1": "lt1", "accent1": "accent1"}
    found = {
        name: scheme.get(mapping.get(name, own) if mapping is not None else own, "") for name, own in usual.items()
    }
    return {name: colour if len(colour) == 6 else "808080" for name, colour in found.items()}


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _hex(colour: str) -> str:
    return colour[1:].lower()


def _charts(slide: Any) -> list[Any]:
    return [shape.chart._chartSpace for shape in slide.shapes if shape.has_chart]


def _text_names(is_dark: bool) -> dict[str, tuple[str, str]]:
    """Our colours of text and rules -> name in the theme, and how it is faded towards the background."""
    quiet = '<a:lumMod val="75000"/>' if is_dark else '<a:lumMod val="65000"/><a:lumOff val="35000"/>'
    faint = '<a:lumMod val="30000"/>' if is_dark else '<a:lumMod val="15000"/><a:lumOff val="85000"/>'
    return {_hex(INK): ("tx1", ""), _hex(GREY): ("tx1", quiet), _hex(RULE): ("tx1", faint)}


def _colour_chart(chart: Any, accent: str, is_dark: bool) -> None:
    series = {_hex(colour) for colour, _, _ in SERIES}
    colours = list(chart.iter(f"{{{_A}}}srgbClr"))
    names = _text_names(is_dark) | {_hex(SERIES[2][0]): ("tx1", "")}
    if {_value(colour) for colour in colours} & series == {_hex(SERIES[0][0])}:
        names[_hex(SERIES[0][0])] = (accent, "")
    hollow = [colour for colour in colours if _value(colour) == _hex(PAPER) and _is_inside(colour, "marker", "dPt")]
    _rename(hollow, {_hex(PAPER): ("bg1", "")})
    _rename([colour for colour in colours if not _is_label_in_a_bar(colour)], names)


def _value(colour: Any) -> str:
    return colour.get("val", "").lower()


def _is_inside(element: Any, *names: str) -> bool:
    return any(one.tag in {f"{{{_C}}}{name}" for name in names} for one in element.iterancestors())


def _is_label_in_a_bar(element: Any) -> bool:
    """Whether it colours a label upon a bar, where its contrast with the bar counts."""
    label = next((one for one in element.iterancestors() if one.tag == f"{{{_C}}}dLbl"), None)
    place = None if label is None else label.find(f"{{{_C}}}dLblPos")
    return place is not None and place.get("val") in ("ctr", "inEnd", "inBase")


def _rename(colours: Iterable[Any], names: dict[str, tuple[str, str]]) -> None:
    """Put names of the theme in the place of colours."""
    from pptx.oxml import parse_xml

    for colour in list(colours):
        if _value(colour) in names:
            name, fading = names[_value(colour)]
            named = parse_xml(f'<a:schemeClr xmlns:a="{_A}" val="{name}">{fading}</a:schemeClr>')
            for child in list(colour):
                named.append(child)
            colour.getparent().replace(colour, named)


def _darken_headings(slide: Any) -> None:
    """White words on a heading of a table in a light colour become dark."""
    for row in slide.shapes.element.xpath(".//a:tbl/a:tr[1]"):
        for colour in row.xpath('.//a:tc[not(a:tcPr/a:solidFill)]//a:rPr//a:srgbClr[@val="FFFFFF"]'):
            colour.set("val", _hex(INK).upper())
