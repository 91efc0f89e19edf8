"""A disk of its own that is full after so many megabytes: nothing wrong is published, and the next run heals itself."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import killed
import pytest
from whole import Whole, age

from localsdg.common.disk import free_bytes
from localsdg.common.settings import Settings
from localsdg.pipeline import room, stages

pytestmark = pytest.mark.long

#: Megabytes that are left when a publication of some 9 MB begins.
LEFT = (0, 0.2, 1, 4, 8, 8.5, 9, 9.4, 9.8, 10, 12)


@contextmanager
def disk_of(folder: Path, megabytes: int) -> Iterator[Path]:
    folder.mkdir()
    size = f"size={megabytes}m"
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", folder], capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"no disk of its own can be mounted: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def test_a_disk_that_is_full_in_the_middle_of_a_publication(publish, tmp_path: Path, monkeypatch) -> None:
    for module in (room, stages):  # else it is refused before it begins
        monkeypatch.setattr(module, "need_room", lambda run: None)
    template, run = publish
    log = tmp_path / "log"
    assert killed.run(lambda: run("first"), log).code == 0
    with disk_of(tmp_path / "disk", 200) as disk:
        home = disk / "home"
        shutil.copytree(template.home, home)
        settings = Settings(home=home, keep_versions=1, threads=1)
        whole = Whole(settings)
        whole.check()
        for left in LEFT:
            filler = disk / "filler"
            with filler.open("wb") as handle:
                os.posix_fallocate(handle.fileno(), 0, max(int(free_bytes(disk) - left * 1e6), 1))
            done = killed.run(lambda left=left: run_in(run, template, settings, f"with {left} MB"), log)
            last = (done.text.strip().splitlines() or [""])[-1]
            print(f"{left} MB left: exit {done.code} {last[:150]}")
            assert whole.check()
            if done.code:
                assert "disk" in last, f"{left} MB: {last}"
            filler.unlink()
            age(settings)
            done = killed.run(lambda left=left: run_in(run, template, settings, f"after {left} MB"), log)
            assert done.code == 0, done.text
            age(settings)
            whole.check_healed()


def run_in(run, template: Settings, settings: Settings, content: str) -> None:
    """The small publication of a home, in another."""
    object.__setattr__(template, "home", settings.home)
    run(content)
