"""The page docs/how-to/add-a-check.md does what it says: its commands are run in a copy of the tree."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from how_to import PAGES, commands, copy_of_tree, run_block

PAGE = PAGES / "add-a-check.md"


@pytest.mark.slow
def test_a_check_is_added_by_the_commands_of_the_page(tmp_path: Path) -> None:
    tree = copy_of_tree(tmp_path, "tests", ".sqlfluff")
    printed = [run_block(block, tree, tmp_path / "home") for block in commands(PAGE)]
    linted, tested, run, queried = printed
    assert "All Finished" in linted and "3 passed" in tested
    [line] = commands(PAGE, "text")
    assert line.strip() in run
    [result] = json.loads(queried)
    assert (result["severity"], result["n_unexpected"]) == ("warning", 1)
    [example] = json.loads(result["examples"])
    assert (example["area_code"], example["value_raw"]) == ("620", "30.8")
