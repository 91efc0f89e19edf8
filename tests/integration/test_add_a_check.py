"""The page docs/how-to/add-a-check.md does what it says: its commands are run in a copy of the tree."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
PAGE = CHECKOUT / "docs" / "how-to" / "add-a-check.md"
#: Neither the data nor the history.
PARTS = ("src", "sql", "expectations", "flows", "tests", "pyproject.toml", ".sqlfluff")


def blocks(kind: str) -> list[str]:
    """The code blocks of the page of one kind, in order."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


@pytest.fixture
def copy(tmp_path) -> Path:
    """A copy of the tree, with the commands and Python of these tests on the path before all others."""
    tree = tmp_path / "tree"
    for part in PARTS:
        source, target = CHECKOUT / part, tree / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, target)
    tools = {
        "localsdg": f"{sys.executable} -m localsdg",
        "python": sys.executable,
        "sqlfluff": f"{sys.executable} -m sqlfluff",
    }
    for name, words in tools.items():
        tool = tmp_path / "bin" / name
        tool.parent.mkdir(exist_ok=True)
        tool.write_text(f'#!/bin/sh\nexec {words} "$@"\n')
        tool.chmod(0o755)
    return tree


@pytest.mark.slow
def test_a_check_is_added_by_the_commands_of_the_page(copy) -> None:
    environment = os.environ | {
        "PATH": f"{copy.parent / 'bin'}:{os.environ['PATH']}",
        "PYTHONPATH": str(copy / "src"),
        "LOCALSDG_HOME": str(copy.parent / "home"),
    }
    printed = []
    for block in blocks("sh"):
        done = subprocess.run(
            ["bash", "-euc", block], cwd=copy, env=environment, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"
        printed.append(done.stdout)
    linted, tested, run, queried = printed
    assert "All Finished" in linted and "3 passed" in tested
    [line] = blocks("text")
    assert line.strip() in run
    [result] = json.loads(queried)
    assert (result["severity"], result["n_unexpected"]) == ("warning", 1)
    [example] = json.loads(result["examples"])
    assert (example["area_code"], example["value_raw"]) == ("620", "30.8")
