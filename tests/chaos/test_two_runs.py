"""Two publications at once, and readers meanwhile, which never see anything but a whole version."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
from contextlib import closing
from multiprocessing.synchronize import Event
from pathlib import Path

import duckdb
import killed
import pytest
from whole import Whole, age

from localsdg.common.settings import Settings
from localsdg.pipeline.run_log import read_runs

pytestmark = pytest.mark.long

#: Publications that each of two writers tries.
ROUNDS = int(os.environ.get("CHAOS_ROUNDS") or 2)


def read_until(stop: Event, file: Path, seen: Path) -> None:
    """Open the published file again and again; what each version states, and its rows, are a line of `seen`."""
    with seen.open("w") as out:
        while not stop.is_set():
            try:
                with closing(duckdb.connect(str(file), read_only=True)) as con:
                    ((version, content),) = con.execute("select version, content_hash from meta.release").fetchall()
                    ((runs, rows),) = con.execute(
                        "select (select count(*) from audit.run where status = 'published'), "
                        "(select count(*) from core.observation)"
                    ).fetchall()
                line = [version, content, runs, rows]
            except Exception as error:
                line = ["fault", repr(error), 0, 0]
            print(json.dumps(line), file=out, flush=True)


def test_readers_beside_two_writers(publish, tmp_path: Path) -> None:
    settings, run = publish
    assert killed.run(lambda: run("first"), tmp_path / "log").code == 0
    home = Whole(settings)
    home.check()
    context = multiprocessing.get_context("fork")
    seen, stop = tmp_path / "seen", context.Event()
    reader = context.Process(target=read_until, args=(stop, settings.published, seen))
    reader.start()
    logs = [tmp_path / f"log-{number}" for number in range(2)]
    for turn in range(ROUNDS):
        writers = [
            context.Process(target=killed.run, args=(lambda n=number, t=turn: run(f"content {n} {t}"), log))
            for number, log in enumerate(logs)
        ]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join(120)
        home.check()
        texts = [log.read_text() for log in logs]
        assert [text for text in texts if "Traceback" in text and "another run is writing" not in text] == []
        assert not all("Traceback" in text for text in texts), "neither could publish"
    stop.set()
    reader.join(30)
    found = [json.loads(line) for line in seen.read_text().splitlines()]
    assert len(found) > ROUNDS and not [one for one in found if one[0] == "fault"]
    contents = {(version, content) for version, content, *_ in found}
    assert len(contents) == len({version for version, _ in contents}), "one version with two contents"
    assert {(runs, rows) for *_, runs, rows in found} == {(1, 5)}
    home.check_healed()


def test_a_lock_of_a_process_that_is_gone_stops_nobody(publish, tmp_path: Path) -> None:
    settings, run = publish
    log = tmp_path / "log"
    assert killed.run(lambda: run("first"), log).code == 0
    (settings.warehouse / ".lock").write_text("4711")
    for pid, identity in ((2**22 - 1, "4194303:1"), (os.getpid(), f"{os.getpid()}:1")):  # gone, and used again
        facts = f'{{"run_id": "20261101T000000-abc", "command": "build", "pid": {pid}, "process": "{identity}"'
        host = os.uname().nodename
        (settings.warehouse / ".writer.json").write_text(f'{facts}, "host": "{host}"}}')
        started = '"started_at": "2026-11-01T00:00:00", "stage": "build"'
        (settings.warehouse / ".running-20261101T000000-abc.json").write_text(f'{facts}, {started}, "host": "{host}"}}')
        done = killed.run(lambda pid=pid: run(f"content {pid}"), log)
        assert done.code == 0, done.text
    Whole(settings).check_healed()
    assert [row["status"] for row in read_runs(settings)].count("failed") == 1


def test_a_signal_ends_a_publication_before_or_after_it(publish, chance, tmp_path: Path) -> None:
    settings, run = publish
    log = tmp_path / "log"
    assert killed.run(lambda: run("first"), log).code == 0
    home = Whole(settings)

    def watched(content: str) -> None:
        from localsdg.common.interrupts import watch

        watch()
        run(content)

    for number in (signal.SIGTERM, signal.SIGHUP):
        done = killed.run(lambda: watched("x"), log, after=chance.uniform(0.1, 0.6), send=number)
        assert done.code in (0, 130), done.text
        assert "Traceback" not in done.text
        home.check()
    assert killed.run(lambda: run("last"), log).code == 0
    age(settings)
    home.check_healed()


def test_a_folder_that_goes_in_the_middle_fails_the_run_alone(publish, tmp_path: Path) -> None:
    settings, run = publish
    log = tmp_path / "log"
    assert killed.run(lambda: run("first"), log).code == 0
    home = Whole(settings)
    home.check()

    def without(folder: Path) -> None:
        from localsdg.pipeline import stages

        small = stages.STAGES[0].action

        def then_gone(one) -> None:
            small(one)
            shutil.rmtree(folder if folder != settings.warehouse / ".run" else one.folder)

        stages.STAGES = (stages.Stage("build", then_gone, "build"), *stages.STAGES[1:])
        run("x")

    for folder in (settings.raw, settings.warehouse / "releases", settings.warehouse / ".run"):
        kept = tmp_path / "kept"
        shutil.copytree(settings.home, kept)
        done = killed.run(lambda folder=folder: without(folder), log)
        if folder == settings.warehouse / ".run":
            assert done.code != 0
        assert (settings.published).is_file()
        shutil.rmtree(settings.home)
        kept.rename(settings.home)
        home.check()
    assert killed.run(lambda: run("last"), log).code == 0
    home.check_healed()


def test_a_clock_that_goes_back_gives_no_version_twice(publish, tmp_path: Path, monkeypatch) -> None:
    from datetime import datetime, timedelta

    from localsdg.pipeline import run as runs

    settings, run = publish
    home, log = Whole(settings), tmp_path / "log"

    class Back(datetime):
        days = 0

        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) - timedelta(days=cls.days)

    monkeypatch.setattr(runs, "datetime", Back)
    for turn, days in enumerate((0, 3, 3, 0, 3)):  # what is older than one version goes by the policy
        Back.days = days
        done = killed.run(lambda turn=turn: run(f"content {turn}"), log)
        assert done.code == 0, done.text
        home.check_healed()
    assert len(home.sha_of) == 5, "a number was given twice"
    assert Settings(home=settings.home).published.is_file()
