"""A kill before each change that a publication makes to a file: whole before or after it, and healed by the next."""

from __future__ import annotations

import os
from pathlib import Path

import killed
from whole import Whole, age

from localsdg.pipeline.run_log import read_runs
from localsdg.sources.snapshot import sha256_of

#: How many steps are tried; `make chaos` tries all.
STEPS = int(os.environ.get("CHAOS_STEPS") or 2)


def test_a_kill_at_a_step_of_a_publication(publish, chance, tmp_path: Path) -> None:
    settings, run = publish
    home, log = Whole(settings), tmp_path / "log"
    for content in ("first", "second"):  # with two, one goes by the policy
        done = killed.run(lambda content=content: run(content), log, folder=settings.home)
        assert done.code == 0, done.text
        home.check_healed()
    names = killed.steps_of(log)
    assert any("os.rename" in name and "localsdg.duckdb" in name for name in names), "the publication is not seen"
    chosen = range(len(names)) if len(names) <= STEPS else sorted(chance.sample(range(len(names)), STEPS))
    for step in chosen:
        kill_at(step, home, run, log)


def kill_at(step: int, home: Whole, run, log: Path) -> None:
    settings = home.settings
    before = sha256_of(settings.published)
    done = killed.run(lambda: run(f"killed at {step}"), log, at_step=step, folder=settings.home)
    name = (killed.steps_of(log) or ["after its end"])[-1]
    print(f"step {step}: killed before {name}" if done.was_killed else f"step {step}: it ended before")
    home.check()
    is_published = sha256_of(settings.published) != before
    age(settings, 2)
    healed = killed.run(lambda: run(f"after {step}"), log, folder=settings.home)
    assert healed.code == 0, f"{name}: {healed.text}"
    home.check_healed()
    if done.was_killed:
        rows = [
            row for row in read_runs(settings) if any("killed" in note for note in [*row["notes"], row["detail"] or ""])
        ]
        assert not rows or (rows[-1]["status"] == "published") >= is_published, f"{name}: {rows[-1]}"
