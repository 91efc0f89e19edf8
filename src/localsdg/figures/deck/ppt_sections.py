"""Sections of a presentation, as PowerPoint groups its slides: an extension of presentation.xml."""

from __future__ import annotations

import uuid
from typing import Any
from xml.sax.saxutils import quoteattr

_P = "http://schemas.openxmlformats.org/presentationml/2006/main"
_P14 = "http://schemas.microsoft.com/office/powerpoint/2010/main"
_URI = "{521415D9-36F7-43E2-AB2F-B90AF26B5E84}"


def add_sections(deck: Any, sections: list[tuple[str, list[Any]]]) -> None:
    """Group the slides of a deck: (name, its slides) each, in order; every slide in one, empty ones left out.

    Ids are made of place and name, so that the same deck has the same bytes.
    Source: [MS-PPTX] 2.6.7 sectionLst.
    """
    from pptx.oxml import parse_xml

    element = deck.part._element
    remove_sections(deck)
    parts = []
    for place, (name, slides) in enumerate(sections):
        if slides:
            own = str(uuid.uuid5(uuid.NAMESPACE_URL, f"localsdg:{place}:{name}")).upper()
            ids = "".join(f'<p14:sldId id="{slide.slide_id}"/>' for slide in slides)
            parts.append(
                f'<p14:section name={quoteattr(name)} id="{{{own}}}"><p14:sldIdLst>{ids}</p14:sldIdLst></p14:section>'
            )
    listed = f'<p14:sectionLst xmlns:p14="{_P14}">{"".join(parts)}</p14:sectionLst>'
    extension = parse_xml(f'<p:ext xmlns:p="{_P}" uri="{_URI}">{listed}</p:ext>')
    extensions = element.find(f"{{{_P}}}extLst")
    if extensions is None:
        extensions = parse_xml(f'<p:extLst xmlns:p="{_P}"/>')
        element.append(extensions)  # the last child that the schema allows
    extensions.insert(0, extension)


def remove_sections(deck: Any) -> None:
    """Take out the list of sections, as of a template whose slides are gone."""
    for old in deck.part._element.xpath(f'./p:extLst/p:ext[@uri="{_URI}"]'):
        old.getparent().remove(old)


def read_sections(deck: Any) -> list[tuple[str, list[int]]]:
    """(name, ids of its slides) of each section."""
    found = deck.part._element.findall(f".//{{{_P14}}}section")
    return [(one.get("name"), [int(slide.get("id")) for slide in one.iter(f"{{{_P14}}}sldId")]) for one in found]
