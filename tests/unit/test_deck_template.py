"""A deck on an organiser's template: its master, size, fonts and colours, and none of its slides."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from deck_helpers import STAMP, bars, figure, line, row, words_of, written
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.util import Inches

from localsdg.common.errors import LocalsdgError
from localsdg.figures.chart.palette import INK, SERIES
from localsdg.figures.data.figure import Result
from localsdg.figures.deck.deck import write_deck
from localsdg.figures.deck.frame import Box
from localsdg.figures.deck.ppt_sections import add_sections
from localsdg.figures.deck.rescale import colour_slide, contrast
from localsdg.figures.deck.template import layouts_of, open_template
from localsdg.figures.deck.tile_grid import Tile, add_tiles

BAND = 0.9  # of the height, where the template's own band begins


def template(path: Path, *, width: float = 10, height: float = 5.625, is_dark: bool = False) -> Path:
    """A template of its own size, font, colours and band at the foot, with two slides in a section."""
    deck = Presentation()
    across, down = Inches(width) / deck.slide_width, Inches(height) / deck.slide_height
    deck.slide_width, deck.slide_height = Inches(width), Inches(height)
    for layer in (deck.slide_master, *deck.slide_layouts):
        for shape in layer.shapes:
            if shape._element.xpath(".//a:xfrm"):
                shape.left, shape.width = round(shape.left * across), round(shape.width * across)
                shape.top, shape.height = round(shape.top * down), round(shape.height * down)
    part = deck.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    part._blob = part.blob.replace(b'typeface="Calibri"', b'typeface="Georgia"').replace(b"4F81BD", b"C8102E")
    if is_dark:
        names = deck.slide_master._element.xpath("./p:clrMap")[0]
        for name, colour in (("bg1", "dk1"), ("tx1", "lt1")):
            names.set(name, colour)
    slides = [deck.slides.add_slide(deck.slide_layouts[1]) for _ in range(2)]
    slides[0].shapes.title.text_frame.text = "A slide of the template"
    place = (0, round(deck.slide_height * BAND), deck.slide_width, round(deck.slide_height * (1 - BAND)))
    band = slides[0].shapes.add_shape(MSO_SHAPE.RECTANGLE, *place)
    deck.slide_master.shapes._spTree.append(band._element)
    add_sections(deck, [("Old", slides)])
    deck.save(path)
    return path


def figures() -> list:
    table = figure("table", [row("a", 1.0), row("b", 2.0)], figure_id="c13-homicide")
    over_time = figure("line", line((2000, 1.0), (2001, 2.0)), figure_id="c11-hunger")
    return [bars("c02-unprotected", subtitle="World · % of people"), over_time, table]


def test_master_layouts_size_and_fonts_are_the_templates(tmp_path) -> None:
    path = template(tmp_path / "ours.pptx")
    assert layouts_of(path) == "layout “Title Slide” for the first slide, “Title Only” for the others"
    deck = written(tmp_path, *figures(), template=path)
    assert (deck.slide_width, deck.slide_height) == (Inches(10), Inches(5.625))
    assert [slide.slide_layout.name for slide in deck.slides] == ["Title Slide"] + ["Title Only"] * 6
    assert "A slide of the template" not in "".join(words_of(slide) for slide in deck.slides)
    for slide in deck.slides:
        assert slide._element.xpath(".//a:latin") == [], "text has the font of the theme"
        title = slide.shapes.title
        assert title._element.xpath(".//a:rPr/a:solidFill") == [], "a title has the colour of its layout"
        assert {one.placeholder_format.type.name for one in slide.placeholders} <= {
            "TITLE",
            "CENTER_TITLE",
            "SUBTITLE",
            "SLIDE_NUMBER",
        }
    with zipfile.ZipFile(tmp_path / "d.pptx") as archive:
        names = archive.namelist()
        assert len([name for name in names if name.startswith("ppt/slides/slide")]) == len(deck.slides)
        assert not {"docProps/app.xml", "docProps/thumbnail.jpeg"} & set(names), "they show the template's slides"
        assert b"Old" not in archive.read("ppt/presentation.xml")


@pytest.mark.parametrize("size", [(10, 5.625), (13.333, 7.5), (10, 7.5), (16.54, 11.69)])
def test_nothing_is_on_the_templates_band_or_off_the_slide(tmp_path, size) -> None:
    path = template(tmp_path / "ours.pptx", width=size[0], height=size[1])
    for kind in ("short", "full"):
        deck = written(tmp_path, *figures(), template=path, kind=kind)
        for slide in list(deck.slides)[1:]:
            for shape in slide.shapes:
                if not shape.is_placeholder or shape == slide.shapes.title:
                    assert shape.top + shape.height <= deck.slide_height * BAND + 12700, shape.name
                    assert 0 <= shape.left and shape.left + shape.width <= deck.slide_width, shape.name
            title = slide.shapes.title
            others = [one.top for one in slide.shapes if one.shape_id != title.shape_id and not one.is_placeholder]
            assert min(others) >= title.top + title.height - 12700


def test_text_lines_and_single_series_have_the_themes_colours(tmp_path) -> None:
    deck = written(tmp_path, *figures(), template=template(tmp_path / "ours.pptx", is_dark=True))
    ours = {INK[1:].upper(), SERIES[0][0][1:].upper()}
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                assert ours.isdisjoint(shape._element.xpath(".//a:srgbClr/@val")), shape.name
    chart = next(shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart)._chartSpace
    assert "accent1" in chart.xpath(".//a:schemeClr/@val") and "tx1" in chart.xpath(".//a:schemeClr/@val")
    assert ours.isdisjoint({str(one).upper() for one in chart.xpath(".//a:srgbClr/@val")})


def test_text_on_a_ground_of_its_own_keeps_its_ink(tmp_path) -> None:
    deck, brand = open_template(template(tmp_path / "ours.pptx", is_dark=True))
    slide = deck.slides.add_slide(brand.page)
    tiles = [Tile(0, 0, "KEN", "#deebf7", "Kenya"), Tile(1, 0, "ESP", SERIES[0][0], "Spain")]
    tiles.append(Tile(2, 0, "FRA", "#ffffff", "France: no value", "#555555"))
    group = add_tiles(slide, tiles, [("a word of the legend", "#deebf7")], Box(40, 100, 800, 300))
    colour_slide(slide, brand)
    inks = {one.text_frame.text: one._element.xpath(".//a:rPr//a:solidFill/*/@val") for one in group.shapes}
    grounds = [one._element.xpath("./p:spPr/a:solidFill/*/@val") for one in group.shapes]
    assert ["0072B2"] in grounds, "a colour of a class stays"
    assert ["bg1"] in grounds and inks["FRA"] == ["tx1"], "a tile without a value is as the slide"
    assert inks["KEN"] == [INK[1:].upper()] and inks["a word of the legend"] == ["tx1"]


def test_contrast_is_that_of_wcag() -> None:
    assert round(contrast("000000", "ffffff"), 1) == 21 and round(contrast("777777", "ffffff"), 2) == 4.48


def test_layouts_are_found_by_name_where_they_have_no_type(tmp_path) -> None:
    path = template(tmp_path / "ours.pptx")
    deck = Presentation(path)
    for layout in deck.slide_layouts:
        layout._element.attrib.pop("type", None)
    for place, name in ((0, "Titelfolie"), (5, "Nur Titel")):
        deck.slide_layouts[place]._element.cSld.set("name", name)
    deck.save(path)
    assert layouts_of(path) == "layout “Titelfolie” for the first slide, “Nur Titel” for the others"


def test_one_layout_with_a_title_is_enough_and_none_is_refused(tmp_path) -> None:
    path = template(tmp_path / "ours.pptx")
    deck = Presentation(path)
    for one in list(deck.slides._sldIdLst):
        deck.part.drop_rel(one.rId)
        deck.slides._sldIdLst.remove(one)
    for layout in list(deck.slide_layouts):
        if layout.name not in ("Blank", "Title and Content"):
            deck.slide_layouts.remove(layout)
    deck.save(path)
    made = written(tmp_path, *figures(), template=path)
    assert {slide.slide_layout.name for slide in made.slides} == {"Title and Content"}
    assert not any("click" in words_of(slide).lower() for slide in made.slides)
    deck.slide_layouts.remove(deck.slide_layouts.get_by_name("Title and Content"))
    deck.save(path)
    with pytest.raises(LocalsdgError, match="no layout with a title.*got Blank.*next: localsdg figures"):
        written(tmp_path, *figures(), template=path)


@pytest.mark.parametrize("content", [b"", b"text", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_presentation_is_refused(tmp_path, content) -> None:
    path = tmp_path / "ours.pptx"
    path.write_bytes(content)
    with pytest.raises(LocalsdgError, match="cannot be read.*next: localsdg figures --format pptx"):
        layouts_of(path)


def test_a_potx_and_its_own_properties_are_taken(tmp_path) -> None:
    path = template(tmp_path / "ours.pptx")
    kind = b"presentationml.presentation.main+xml"
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    files["[Content_Types].xml"] = files["[Content_Types].xml"].replace(kind, b"presentationml.template.main+xml")
    with zipfile.ZipFile(tmp_path / "ours.potx", "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    assert len(written(tmp_path, *figures(), template=tmp_path / "ours.potx").slides) == 7
    with zipfile.ZipFile(tmp_path / "d.pptx") as archive:
        assert kind in archive.read("[Content_Types].xml")


def test_a_deck_on_a_template_is_ours_and_the_same_each_time(tmp_path) -> None:
    path = template(tmp_path / "ours.pptx")
    result = Result(tuple(figures()), ())
    one, other = (
        write_deck(result, tmp_path / name, "en", STAMP, template=path) for name in ("one.pptx", "other.pptx")
    )
    assert one.read_bytes() == other.read_bytes()
    assert write_deck(result, one, "en", STAMP, template=path) == one


@pytest.mark.parametrize("kind", [RELATIONSHIP_TYPE.IMAGE, RELATIONSHIP_TYPE.OLE_OBJECT, RELATIONSHIP_TYPE.VIDEO])
@pytest.mark.parametrize("place", ["master", "layout", "presentation"])
def test_a_template_that_loads_from_elsewhere_is_refused(tmp_path, kind, place) -> None:
    deck = Presentation(str(template(tmp_path / "ours.pptx")))
    parts = {"master": deck.slide_master, "layout": deck.slide_layouts[5], "presentation": deck}
    parts[place].part.relate_to("https://evil.example/seen.png", kind, is_external=True)
    deck.save(str(tmp_path / "hostile.pptx"))
    with pytest.raises(LocalsdgError, match="loads or runs something .* https://evil.example/seen.png"):
        open_template(tmp_path / "hostile.pptx")


def test_a_link_to_click_on_is_no_harm(tmp_path) -> None:
    deck = Presentation(str(template(tmp_path / "ours.pptx")))
    deck.slide_master.part.relate_to("https://office.example/", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    deck.save(str(tmp_path / "linked.pptx"))
    assert open_template(tmp_path / "linked.pptx")


@pytest.mark.slow
def test_a_template_that_libreoffice_saved(tmp_path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("no LibreOffice here (soffice): a template of python-pptx alone was used")
    path = template(tmp_path / "ours.pptx", width=13.333, height=7.5)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", "pptx", "--outdir", str(tmp_path / "saved"), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    deck = written(tmp_path, *figures(), template=tmp_path / "saved" / "ours.pptx")
    assert {slide.slide_layout._element.get("type") for slide in list(deck.slides)[1:]} == {"titleOnly"}
    with zipfile.ZipFile(tmp_path / "d.pptx") as archive:
        styles = parse_xml(archive.read("ppt/tableStyles.xml"))
    assert styles.get("def"), "without it LibreOffice draws no head of a table"
    title, under = (one for one in deck.slides[0].placeholders)
    assert under.top >= title.top + title.height
