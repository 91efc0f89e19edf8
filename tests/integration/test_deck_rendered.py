"""Decks as LibreOffice draws them: no word over another, off its page or too small, in a wide font and a narrow one."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from pptx import Presentation
from pptx.util import Pt
from rendered_pages import Page, Word, page_faults, read_pages

from localsdg.figures.data.load import load_figures
from localsdg.figures.deck.deck import read_stamp, write_deck
from localsdg.figures.deck.frame import SIZES
from localsdg.figures.deck.pdf import office, to_pdfs

pytestmark = pytest.mark.long
#: Points: nothing on a slide is smaller.
SMALLEST = 10.0
#: The same in the table of goals and areas, which has nine columns.
DENSE, SMALLEST_OF_DENSE = "c01-progress-goals", 8.0
#: Areas, languages and sizes of slides.
DECKS = (("001", "en", "16:9"), ("001", "en", "4:3"), ("724", "es", "16:9"), ("404", "fr", "4:3"))
#: What an office without Arial may take: the widest of the common fonts, and one a tenth narrower.
FONTS = {"wide": "DejaVuSans", "narrow": "DejaVuSansCondensed"}
FONT_FOLDERS = ("/usr/share/fonts/truetype/dejavu", "/usr/share/fonts/dejavu-sans-fonts", "/usr/share/fonts/TTF")
#: Kinds of which each row has its value on the slide.
LABELLED = ("bar", "dumbbell")


def only_font(name: str, folder: Path) -> dict[str, str]:
    """An environment in which one font is the only one."""
    found = next((root for root in map(Path, FONT_FOLDERS) if (root / f"{name}-Bold.ttf").exists()), None)
    if found is None:
        pytest.skip(f"no {name} here (fonts-dejavu): the decks were not drawn")
    (folder / "fonts").mkdir()
    for weight in ("", "-Bold"):
        shutil.copy(found / f"{name}{weight}.ttf", folder / "fonts")
    (folder / "fonts.conf").write_text(
        f"<fontconfig><dir>{folder / 'fonts'}</dir><cachedir>{folder / 'cache'}</cachedir></fontconfig>"
    )
    return {"FONTCONFIG_FILE": str(folder / "fonts.conf")}


def broken(path: Path) -> Path:
    """A slide with one text over another, one that leaves the slide, and one in small print."""
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    places = ((100, 100, "under", 20), (104, 105, "over", 20), (700, 300, "outside", 20), (100, 400, "small", 8))
    for left, top, text, size in places:
        frame = slide.shapes.add_textbox(Pt(left), Pt(top), Pt(100), Pt(30)).text_frame
        frame.word_wrap = False
        frame.text = text
        frame.paragraphs[0].runs[0].font.size = Pt(size)
    deck.save(path)
    return path


@pytest.fixture(scope="module", params=list(FONTS))
def drawn(request, built, tmp_path_factory) -> dict[Path, tuple[list[Page], object]]:
    """The pages of each deck and the figures in it; LibreOffice is started once a font."""
    if office() is None:
        pytest.skip("no LibreOffice here (soffice): decks are read back by python-pptx alone")
    pytest.importorskip("pypdfium2", reason="the pages cannot be read")
    folder = tmp_path_factory.mktemp(request.param)
    environment = only_font(FONTS[request.param], folder)
    decks, results = {}, {}
    for area, lang, size in DECKS if request.param == "wide" else DECKS[:1]:
        result = results[area] = results.get(area) or load_figures(built, area=area, lang=lang)
        path = folder / f"{area}-{lang}-{size.replace(':', 'x')}.pptx"
        decks[write_deck(result, path, lang, read_stamp(built, area, lang), "full", size=size)] = result
    decks[broken(folder / "broken.pptx")] = None
    pdfs = to_pdfs(list(decks), environment=environment)
    return {path: (read_pages(pdf), result) for (path, result), pdf in zip(decks.items(), pdfs, strict=True)}


@pytest.mark.slow
def test_no_word_is_over_another_off_its_page_or_small(drawn) -> None:
    faults = []
    for path, (pages, result) in drawn.items():
        least = [SMALLEST_OF_DENSE if DENSE in page.text else SMALLEST for page in pages]
        found = [fault for page, size in zip(pages, least, strict=True) for fault in page_faults(page, size)]
        if result is None:
            assert len(found) == 3, f"what is broken is not seen: {found}"
            continue
        assert len(pages) == len(Presentation(path).slides)
        size = SIZES[path.stem.rpartition("-")[2].replace("x", ":")]
        assert {(round(page.width), round(page.height)) for page in pages} == {(size.width, size.height)}
        faults += [f"{path.stem}: {fault}" for fault in found]
    assert faults == []


@pytest.mark.slow
def test_titles_are_whole_and_each_row_has_its_value(drawn) -> None:
    faults = []
    for path, (pages, result) in drawn.items():
        if result is None:
            continue
        titles = [slide.shapes.title.text_frame.text for slide in Presentation(path).slides]
        faults += [f"{path.stem}: {title}" for title in titles if "…" in title]
        for figure in result.figures:
            if figure.kind in LABELLED:
                # as a token: c01-extreme-poverty is also the start of c01-extreme-poverty-areas
                token = re.compile(rf"(?<![\w-]){re.escape(figure.figure_id)}(?![\w-])")
                page = squeezed(next(page for page in pages if token.search(page.text)))
                shown = ["".join(row["shown"].split()) for row in figure.rows]
                lacking = [text for text in set(shown) if page.count(text) < shown.count(text)]
                faults += [f"{path.stem}, {figure.figure_id}: {text}" for text in lacking]
    assert faults == []


def squeezed(page: Page) -> str:
    """The letters of a page without spaces, which a PDF does not always have."""
    return "".join("".join(word.text.split()) for word in page.words)


def test_words_over_each_other_off_the_page_or_small_are_faults() -> None:
    def faults(*words: Word) -> int:
        return len(page_faults(Page(1, 100, 100, words), 10))

    word = Word("a", 10, 10, 30, 20, 12)
    assert faults(word, Word("b", 31, 10, 40, 20, 12), Word("c", 10, 21, 30, 31, 12)) == 0
    assert faults(word, Word("b", 28, 18, 40, 30, 12)) == 1
    assert faults(Word("b", 95, 10, 101, 20, 12)) == 1
    assert faults(Word("b", 10, 10, 30, 20, 9.5)) == 1
