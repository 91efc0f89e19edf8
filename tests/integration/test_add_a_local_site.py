"""The page docs/how-to/add-a-local-site.md does what it says: its commands are run in order."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from opensdg_server import OpenSdgServer

from localsdg.registry.local_words import listed_words
from localsdg.staging.opensdg.stage import REJECT_RULES

pytestmark = pytest.mark.long
CHECKOUT = Path(__file__).resolve().parents[2]
PAGE = CHECKOUT / "docs" / "how-to" / "add-a-local-site.md"
#: Where the page's server listens.
PAGE_ADDRESS = "http://127.0.0.1:8766/mini"


@pytest.mark.slow
def test_a_site_is_added_by_the_commands_of_the_page(tmp_path: Path, small_home: Path, fixtures: Path) -> None:
    tool = tmp_path / "bin" / "localsdg"
    tool.parent.mkdir()
    tool.write_text(f'#!/bin/sh\nexec {sys.executable} -m localsdg "$@"\n')
    tool.chmod(0o755)
    folder = tmp_path / "checkout"
    folder.mkdir()
    (folder / "tests").symlink_to(CHECKOUT / "tests")
    environment = os.environ | {"PATH": f"{tool.parent}:{os.environ['PATH']}", "LOCALSDG_HOME": str(small_home)}
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    outputs = []
    with OpenSdgServer({"mini": fixtures / "opensdg" / "mini" / "_built"}) as server:
        for block in blocks:
            command = block.replace(PAGE_ADDRESS, server.url("mini"))
            done = subprocess.run(
                ["bash", "-euc", command], cwd=folder, env=environment, capture_output=True, text=True, timeout=300
            )
            assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
            outputs.append(done.stdout)
    _, pulled, _, headlines, matches, left_out = outputs
    assert "mereham: new" in pulled
    assert [line.split() for line in headlines.splitlines() if "1-2-1" in line] == [
        [government, "1-2-1", year, value, "PERCENT"]
        for government in ("mereham-gbr", "weirford-gbr")
        for year, value in (("2019", "12.5"), ("2020", "12.1"))
    ]
    assert "1.2.1" in matches and "proxy" in matches
    assert left_out


def test_the_page_names_files_rules_and_words_that_are_there() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name in re.findall(r"`([a-z_]+\.csv)`", text):
        assert (CHECKOUT / "src" / "localsdg" / "registry" / name).is_file(), name
    for path in re.findall(r"`(src/[\w/.]+\.\w+)`", text):
        assert (CHECKOUT / path).is_file(), path
    rules = {f"OSDG-{rule}" for rule in re.findall(r"\b([RPXC]\d\d)\b", text)}
    assert len(rules) > 5 and rules <= set(REJECT_RULES)
    assert {"total", "tots"} <= set(listed_words("whole"))
