"""Drafts beside a target: those of killed processes go, those of running ones stay, and nothing else is touched."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from localsdg.common import processes
from localsdg.common.drafts import clear_drafts, draft_of
from localsdg.common.output_files import write_text

KILLED = """
import os, signal, sys
from pathlib import Path
from localsdg.common.drafts import draft_of
target = Path(sys.argv[1])
draft_of(target).write_text("half")
if target.exists():
    target.rename(draft_of(target, "old"))
os.kill(os.getpid(), signal.SIGKILL)
"""


def killed(target: Path) -> None:
    subprocess.run([sys.executable, "-c", KILLED, target], check=False, timeout=60)


def test_what_a_killed_process_left_goes_and_an_earlier_file_gets_its_name_back(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    target.write_text("earlier")
    killed(target)
    assert not target.exists() and len(list(tmp_path.iterdir())) == 2
    clear_drafts(target)
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"] and target.read_text() == "earlier"


def test_drafts_of_running_processes_and_other_files_stay(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    own, parent = draft_of(target), tmp_path / f".a.csv.{os.getppid()}.part"
    others = [tmp_path / name for name in (".a.csv.notes.part", ".b.csv.1.part", "a.csv.1.part", ".a.csv.4711.bak")]
    for path in (own, parent, *others):
        path.write_text("x")
    start = str(processes.identity(os.getpid())).partition(":")[2]
    reused = tmp_path / f".a.csv.{os.getpid()}-{int(start) + 1}.part"  # the number is another process's now
    reused.write_text("x")
    clear_drafts(target)
    assert {path.name for path in tmp_path.iterdir()} == {path.name for path in (own, parent, *others)}


def test_the_next_write_clears_what_a_killed_one_left(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    killed(target)
    assert [path.suffix for path in tmp_path.iterdir()] == [".part"]
    write_text(target, "whole")
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"] and target.read_text() == "whole"
    clear_drafts(tmp_path / "nowhere" / "b.csv")
