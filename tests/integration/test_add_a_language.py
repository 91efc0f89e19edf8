"""The page docs/how-to/add-a-language.md does what it says: its commands are run in a copy of the tree."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
PAGE = CHECKOUT / "docs" / "how-to" / "add-a-language.md"
#: Neither the data nor the history: the warehouse is the one that the tests have built.
PARTS = ("src", "sql", "expectations", "flows", "pyproject.toml", "README.md", "tests/unit/test_figures_words.py")


def commands(page: Path) -> list[str]:
    """The blocks of shell commands of a page, in order."""
    return re.findall(r"```sh\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture
def copy(tmp_path) -> Path:
    """A copy of the tree, with the command and Python of these tests on the path before all others."""
    tree = tmp_path / "tree"
    for part in PARTS:
        source, target = CHECKOUT / part, tree / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, target)
    (tree / "data" / "raw").mkdir(parents=True)
    (tree / "data" / "raw" / "bundled").symlink_to(CHECKOUT / "data" / "raw" / "bundled")
    for name, words in (("localsdg", f"{sys.executable} -m localsdg"), ("python", sys.executable)):
        tool = tmp_path / "bin" / name
        tool.parent.mkdir(exist_ok=True)
        tool.write_text(f'#!/bin/sh\nexec {words} "$@"\n')
        tool.chmod(0o755)
    return tree


@pytest.mark.slow
def test_a_language_is_added_by_the_commands_of_the_page(built, copy) -> None:
    environment = os.environ | {
        "PATH": f"{copy.parent / 'bin'}:{os.environ['PATH']}",
        "PYTHONPATH": str(copy / "src"),
        "LOCALSDG_HOME": str(built.home),
    }
    for block in commands(PAGE):
        done = subprocess.run(
            ["bash", "-euc", block], cwd=copy, env=environment, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"
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
