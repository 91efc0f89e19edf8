"""Folders of files on their way lie in the home; what a killed process left goes with the next that needs one."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from localsdg.common import scratch
from localsdg.common.scratch import scratch_folder, sweep_scratch, use_scratch

SOURCE = Path(__file__).parents[2] / "src" / "localsdg"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(scratch._Place, "root", None)
    monkeypatch.setattr(scratch._Place, "is_swept", False)
    use_scratch(tmp_path / "data" / "tmp")
    return tmp_path / "data" / "tmp"


def holder(root: Path, beside: str = "") -> subprocess.Popen:
    """A process that holds a folder with a file in it."""
    code = (
        "import sys, time; from pathlib import Path; from localsdg.common.scratch import *\n"
        f"use_scratch(Path({str(root)!r}))\n"
        f"with scratch_folder({beside}) as folder:\n"
        "    (folder / 'half').write_text('x'); print(folder, flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout and process.stdout.readline()
    return process


def test_a_folder_lies_in_the_home_and_leaves_nothing(root: Path) -> None:
    with pytest.raises(KeyError), scratch_folder() as folder:
        assert folder.parent == root and list(folder.iterdir()) == []
        (folder / "a").write_text("x")
        raise KeyError
    assert not root.exists()


def test_what_a_killed_process_left_goes_and_what_a_live_one_holds_stays(root: Path) -> None:
    killed, live = holder(root), holder(root)
    try:
        killed.kill()
        killed.wait()
        (root / "localsdg-old").mkdir()
        os.utime(root / "localsdg-old", (0, 0))
        (root / "other").mkdir()
        with scratch_folder() as mine:
            left = {path.name for path in root.iterdir() if path.is_dir()}
            assert len(left) == 3 and {mine.name, "other"} < left and "localsdg-old" not in left
            assert sweep_scratch(root) == []
    finally:
        live.send_signal(signal.SIGKILL)
        live.wait()
    assert len(sweep_scratch(root)) == 1
    assert [path.name for path in root.iterdir()] == ["other"]


def test_beside_a_file_of_the_user_only_own_leftovers_go(root: Path, tmp_path: Path) -> None:
    (tmp_path / ".localsdg-of-the-user").mkdir()
    os.utime(tmp_path / ".localsdg-of-the-user", (0, 0))
    process = holder(root, f"beside=Path({str(tmp_path / 'out.zip')!r})")
    process.kill()
    process.wait()
    assert len(list(tmp_path.glob(".localsdg-*"))) == 3
    with scratch_folder(beside=tmp_path / "out.zip") as folder:
        assert folder.parent == tmp_path
    assert [path.name for path in tmp_path.glob(".localsdg-*")] == [".localsdg-of-the-user"]


def test_a_home_that_cannot_be_written_is_no_obstacle(tmp_path: Path, root: Path) -> None:
    (tmp_path / "file").write_text("x")
    use_scratch(tmp_path / "file" / "tmp")
    with scratch_folder() as folder:
        assert folder.is_dir() and not folder.is_relative_to(tmp_path)


def test_every_temporary_folder_is_made_in_one_place() -> None:
    made = re.compile(r"tempfile\.(?:TemporaryDirectory|mkdtemp|NamedTemporaryFile|TemporaryFile|gettempdir)\(")
    elsewhere = {path.name for path in SOURCE.rglob("*.py") if made.search(path.read_text(encoding="utf-8"))}
    # an example in a docstring, and the draft of a kept part, which is swept with the parts
    assert elsewhere == {"scratch.py", "saving.py", "kept.py"}
