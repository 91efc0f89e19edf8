"""An organiser's own template: its layouts, its size, and the room that it leaves for a finding.

Layouts are found by their type, then by their name, then by what they hold; the template's own
slides are left out. Slides are laid out 540 points high, and scaled to the template's size at the end.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localsdg.common.errors import LocalsdgError
from localsdg.common.zip_files import UNREADABLE_ZIP, zip_bytes
from localsdg.figures.deck.frame import EMU, Box, Frame
from localsdg.figures.deck.ppt_sections import remove_sections

#: Height of a slide while it is laid out.
HEIGHT = 540.0
#: Names that PowerPoint gives the two layouts, in the languages in which templates come.
_COVER = re.compile(
    r"title slide|titelfolie|diapositive de titre|diapositiva de t[ií]tulo|slide de t[ií]tulo|cover", re.I
)
_PAGE = re.compile(
    r"title only|nur titel|titre seul|s[oó]lo (el )?t[ií]tulo|somente t[ií]tulo|apenas t[ií]tulo|solo titolo", re.I
)
_TEMPLATE_TYPE = "presentationml.template.main+xml"
_TITLES = {"TITLE", "CENTER_TITLE"}
_FOOTERS = {"DATE", "FOOTER", "SLIDE_NUMBER"}
_EXTENDED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/extended-properties"
_THUMBNAIL = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail"
_TABLE_STYLES = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<a:tblStyleLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    b'def="{5C22544A-7EE6-4342-B048-85BDC9FD1C3A}"/>'
)
#: The last words of relations to what runs: macros, programs in a slide, controls.
_RUNS = {"vbaProject", "oleObject", "control", "activeXControl", "attachedTemplate", "externalLink"}


@dataclass(frozen=True)
class Brand:
    """What is used of a template."""

    cover: Any  # layout of the first slide
    page: Any  # layout of every other slide
    heading: Box | None  # of the title on a page, in the points of the frame; None: at the top of the slide
    size: tuple[int, int]  # of a slide, in the units of the file
    scale: float  # the template's points over those of the frame


def open_template(path: Path) -> tuple[Any, Brand]:
    """A presentation of the template without its slides, and what is used of it.

    Raises `LocalsdgError` for a file that is no presentation and for a template without a layout that has a title.
    """
    deck = _read(path)
    cover, page = find_layouts(deck, path)
    _remove_slides(deck)
    _refuse_active(deck, path)
    _add_table_styles(deck)
    size = deck.slide_width, deck.slide_height
    scale = size[1] / EMU / HEIGHT
    deck.slide_width, deck.slide_height = round(size[0] / scale), round(HEIGHT * EMU)
    heading = _heading(page, deck.slide_width / EMU, scale)
    deck.part.frame = _frame(page, heading, deck.slide_width / EMU, scale)
    return deck, Brand(cover, page, heading, size, scale)


def layouts_of(path: Path) -> str:
    """Which layouts of a template are used, by their names; raises as `open_template`."""
    cover, page = find_layouts(_read(path), path)
    return f"layout “{cover.name}” for the first slide, “{page.name}” for the others"


def find_layouts(deck: Any, path: Path) -> tuple[Any, Any]:
    """The layout of the first slide and that of the others; one that suits both where there is no second."""
    layouts = [layout for master in deck.slide_masters for layout in master.slide_layouts]
    titled = [layout for layout in layouts if _title(layout) is not None]
    if not titled:
        raise LocalsdgError(
            "the template has no layout with a title",
            where=path,
            expected="a layout of the slide master with a title placeholder",
            got=", ".join(layout.name or "a layout without a name" for layout in layouts) or "no layout",
            next_step="localsdg figures --format pptx",
        )
    page = (
        _by_type(titled, "titleOnly")
        or _by_name(titled, _PAGE)
        or _by_type(titled, "obj", "tx")
        or min(titled, key=lambda layout: (_is_cover(layout), len(list(layout.placeholders))))
    )
    cover = _by_type(titled, "title") or _by_name(titled, _COVER) or next(filter(_is_cover, titled), page)
    return cover, page


def _read(path: Path) -> Any:
    from pptx import Presentation

    try:
        with zipfile.ZipFile(path) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        types = files["[Content_Types].xml"]
        files["[Content_Types].xml"] = types.replace(_TEMPLATE_TYPE.encode(), b"presentationml.presentation.main+xml")
        return Presentation(io.BytesIO(zip_bytes(files, level=1)))
    except (*UNREADABLE_ZIP, KeyError) as error:
        raise LocalsdgError(
            "the template cannot be read",
            where=path,
            expected="a PowerPoint file (.pptx or .potx) without a password",
            got=str(error) or type(error).__name__,
            next_step="localsdg figures --format pptx",
        ) from error


def _by_type(layouts: list[Any], *types: str) -> Any:
    return next((layout for kind in types for layout in layouts if layout._element.get("type") == kind), None)


def _by_name(layouts: list[Any], pattern: re.Pattern[str]) -> Any:
    return next((layout for layout in layouts if pattern.search(layout.name or "")), None)


def _is_cover(layout: Any) -> bool:
    return any(one.placeholder_format.type.name == "CENTER_TITLE" for one in layout.placeholders)


def _title(layout: Any) -> Any:
    return next((one for one in layout.placeholders if one.placeholder_format.type.name in _TITLES), None)


def _remove_slides(deck: Any) -> None:
    """Take out the template's slides, and what names them: sections, shows, the list of titles, the small picture."""
    ids = deck.slides._sldIdLst
    for one in list(ids):
        deck.part.drop_rel(one.rId)
        ids.remove(one)
    remove_sections(deck)
    for old in deck.part._element.xpath("./p:custShowLst"):
        old.getparent().remove(old)
    package = deck.part.package
    for key, relation in list(package._rels.items()):
        if relation.reltype in (_EXTENDED, _THUMBNAIL):
            package._rels.pop(key)


def _refuse_active(deck: Any, path: Path) -> None:
    """Raise `LocalsdgError` for a master that would load from elsewhere, or run something, where a deck is opened."""
    found = sorted(
        {
            f"{_last_word(relation.reltype)} {relation.target_ref if relation.is_external else ''}".strip()
            for part in (deck.part.package, *deck.part.package.iter_parts())
            for relation in (part._rels if part is deck.part.package else part.rels).values()
            if _last_word(relation.reltype) in _RUNS
            or (relation.is_external and _last_word(relation.reltype) != "hyperlink")
        }
    )
    if found:
        raise LocalsdgError(
            "the template loads or runs something when a deck is opened",
            where=path,
            expected="pictures that are within the file, and no macro or embedded program",
            got=", ".join(found[:5]),
            next_step="embed the pictures in PowerPoint (File, Info, Edit Links), save it as .pptx, and run it again",
        )


def _last_word(kind: str) -> str:
    return kind.rsplit("/", 1)[-1]


def _add_table_styles(deck: Any) -> None:
    """The list of table styles, which LibreOffice leaves out: without it it draws no style of a table at all."""
    from pptx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
    from pptx.opc.package import Part
    from pptx.opc.packuri import PackURI

    if not any(relation.reltype == RELATIONSHIP_TYPE.TABLE_STYLES for relation in deck.part.rels.values()):
        part = Part(PackURI("/ppt/tableStyles.xml"), CONTENT_TYPE.PML_TABLE_STYLES, deck.part.package, _TABLE_STYLES)
        deck.part.relate_to(part, RELATIONSHIP_TYPE.TABLE_STYLES)


def _box(shape: Any, scale: float) -> Box | None:
    """Where a shape of a layout or master is, in the points of the frame; None where it does not say."""
    sides = (shape.left, shape.top, shape.width, shape.height)
    if any(side is None for side in sides):
        return None
    left, top, width, height = (side / EMU / scale for side in sides)
    return Box(left, top, width, height)


def _heading(page: Any, width: float, scale: float) -> Box | None:
    """Where the template has its title, if findings have room below it."""
    box = _box(_title(page), scale)
    if box is None or box.top + box.height > 0.4 * HEIGHT or box.width < 0.5 * width:
        return None
    return box


def _frame(page: Any, heading: Box | None, width: float, scale: float) -> Frame:
    """Margins and foot that keep clear of the template's footers, and of bands at its sides and its foot."""
    footers = [one for one in page.placeholders if one.placeholder_format.type.name in _FOOTERS]
    drawn = [one for layer in (page, page.slide_master) for one in layer.shapes if not one.is_placeholder]
    margin = min(max(heading.left, 18.0), 0.15 * width) if heading else 36.0
    base = HEIGHT - 8
    for shape in (*footers, *drawn):
        box = _box(shape, scale)
        if box is None or box.width * box.height > 0.8 * width * HEIGHT:
            continue
        if box.top > 0.78 * HEIGHT:
            base = min(base, box.top)
        elif box.height > 0.7 * HEIGHT and box.width < 0.3 * width:
            beside = box.left + box.width if box.left < width / 2 else width - box.left
            margin = max(margin, beside + 10)
    return Frame(width, HEIGHT, margin, HEIGHT - base + 18)
