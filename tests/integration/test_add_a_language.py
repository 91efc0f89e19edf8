"""The page docs/how-to/add-a-language.md does what it says: its commands are run in a copy of the tree."""

from __future__ import annotations

import re

import pytest
from how_to import PAGES, commands, copy_of_tree, run_block

pytestmark = pytest.mark.long
PAGE = PAGES / "add-a-language.md"


@pytest.mark.slow
def test_a_language_is_added_by_the_commands_of_the_page(built, tmp_path) -> None:
    copy = copy_of_tree(tmp_path, "tests/unit/test_figures_words.py")
    for block in commands(PAGE):
        run_block(block, copy, built.home)
    figures = copy / "figures"
    svg = (figures / "c01-extreme-poverty-areas.it.svg").read_text(encoding="utf-8")
    assert "Asia centrale e meridionale" in svg and "Africa subsahariana" in svg
    page = (figures / "site" / "index-C01.it.html").read_text(encoding="utf-8")
    assert "Quattordici affermazioni, misurate" in page and 'html lang="it"' in page and "Povertà" in page
    assert "Spagna" in page
    assert (figures / "localsdg-C01.it.pptx").stat().st_size > 30_000
    assert (figures / "c01-extreme-poverty.it.png").exists() and (figures / "c01-extreme-poverty.it.csv").exists()


def test_only_the_file_of_the_language_is_changed() -> None:
    written = set(re.findall(r"messages/(\w+)\.toml$|messages/(\w+)\.toml <<", "\n".join(commands(PAGE)), re.MULTILINE))
    assert {name for pair in written for name in pair if name} == {"it"}
