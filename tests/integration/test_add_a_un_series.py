"""The page docs/how-to/add-a-un-series.md does what it says: its commands are run in a copy of the tree."""

from __future__ import annotations

import re
import shutil

import pytest
from how_to import CHECKOUT, PAGES, commands, copy_of_tree, run_block

pytestmark = pytest.mark.long
PAGE = PAGES / "add-a-un-series.md"


@pytest.mark.slow
def test_a_series_is_added_by_the_commands_of_the_page(built, tmp_path) -> None:
    tree = copy_of_tree(tmp_path, "tests", bundle=("unsd/*", "m49/*"))
    home = tmp_path / "home"
    shutil.copytree(built.home / "data", home / "data", ignore=shutil.ignore_patterns("raw"))
    printed = "".join(run_block(block, tree, home) for block in commands(PAGE))
    assert "SI_COV_WKINJRY" in printed
    assert "metric     c02_work_injury: Workers covered against injury at work, PERCENT" in printed
    assert "where series_code in ['SI_COV_WKINJRY']" in printed
    assert "share of workers covered against injury at work" in printed
    figure = (tree / "figures" / "c02-work-injury.svg").read_text(encoding="utf-8")
    assert "injury at work" in figure
    changed = {
        path.relative_to(tree).as_posix()
        for folder in ("src", "sql", "expectations", "tests")
        for path in (tree / folder).rglob("*")
        if path.is_file() and "cache" not in path.as_posix()
        if not (CHECKOUT / path.relative_to(tree)).is_file()
        or path.read_bytes() != (CHECKOUT / path.relative_to(tree)).read_bytes()
    }
    assert changed == {
        "src/localsdg/figures/data/catalogue.toml",
        "src/localsdg/figures/messages/en.toml",
        "src/localsdg/registry/metrics/c02.toml",
    }


def test_the_page_names_every_template() -> None:
    named = set(re.findall(r"^\| `(\w+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert named == {path.stem for path in (CHECKOUT / "sql" / "evidence" / "templates").glob("*.sql")}
