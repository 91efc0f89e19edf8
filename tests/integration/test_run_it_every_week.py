"""The page docs/how-to/run-it-every-week.md does what it says: its commands are run in order."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from how_to import PAGES, commands, copy_of_tree, run_block

pytestmark = pytest.mark.slow


def test_the_commands_of_the_page(tmp_path: Path, small_home: Path) -> None:
    tree = copy_of_tree(tmp_path)
    scheduler, timer, cron, pack, unpack = commands(PAGES / "run-it-every-week.md")
    assert run_block(scheduler, tree, small_home) == "units/localsdg-schedule.service\n"
    assert "units/localsdg-run.timer" in run_block(timer, tree, small_home)
    if shutil.which("systemd-analyze"):
        units = sorted((tree / "units").iterdir())
        done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stderr) == (0, "")
    run_block(cron, tree, small_home)
    assert str(small_home) in (tree / "weekly.cron").read_text()
    run_block(pack, tree, small_home)
    printed = run_block(unpack, tree, small_home)
    assert str(tree / "new-home") in printed and str(small_home) not in printed
    moved = tree / "new-home" / "data" / "raw" / "unsd"
    assert [path.name for path in moved.iterdir()] == [path.name for path in (small_home / "data/raw/unsd").iterdir()]
