"""Errors are provoked, and the command that each of them advises is run."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from replay_bodies import bulk_csv
from replay_server import Fault, ReplayServer, record

from localsdg.common.settings import Settings

#: How a command is made fit for a test: the bundle takes long, and so does Prefect.
_SHORTER = {"build": ["--no-bundled"], "run": ["--plain", "--no-bundled"]}


pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("waits_of_milliseconds")]


@pytest.fixture(scope="module")
def ready(tmp_path_factory, add_lists, cli) -> Path:
    """A small home with a published file."""
    home = add_lists(tmp_path_factory.mktemp("ready") / "home")
    file = home / "rows.csv"
    file.write_bytes(bulk_csv([record(value="5")]))
    assert cli(home, "pull", "indicators", file, "--release", "2022.Q2.G.02").exit_code == 0
    built = cli(home, "build", "--no-bundled")
    assert built.exit_code == 0, built.stderr
    return home


def pull_without_a_release(home: Path) -> list[str]:
    file = home / "my data.csv"
    file.write_bytes(bulk_csv([record(value="6")]))
    return ["pull", "indicators", str(file)]


def decimal_marks(home: Path) -> list[str]:
    file = home / "excel 2024-03.csv"
    file.write_bytes(
        bulk_csv([record(value="24,644")])
        .replace(b'"24,644"', b"24,644")
        .replace(b",", b";")
        .replace(b"24;644", b"24,644")
    )
    return ["pull", "indicators", str(file)]


def refused_inbox(home: Path) -> list[str]:
    inbox = home / "data" / "raw" / "inbox"
    inbox.mkdir(parents=True)
    (inbox / "mine.csv").write_text(
        "action_id,title,local_government,country,year\n1,Solar roofs,Barcelona,ESP,2023\n2,,Barcelona,ESP,2023\n"
    )
    return ["pull", "actions"]


def strict_run(home: Path) -> list[str]:
    refused_inbox(home)
    return ["build", "--no-bundled", "--strict"]


def empty_home(home: Path) -> list[str]:
    shutil.rmtree(home / "data")
    return ["build", "--no-bundled"]


def no_warehouse(home: Path) -> list[str]:
    shutil.rmtree(home / "data" / "warehouse")
    return ["query", "select 1"]


def all_sites_dead(home: Path) -> list[str]:
    return ["pull", "site", "http://127.0.0.1:9/data", "--name", "Nowhere", "--country", "ESP", "--level", "city"]


def damaged_warehouse(home: Path) -> list[str]:
    Settings(home=home).published.write_bytes(b"no database")
    return ["query", "select 1"]


def damaged_manifest(home: Path) -> list[str]:
    (home / "data" / "raw" / "unsd" / "2022.Q2.G.02" / "manifest.json").write_text("{")
    return ["pull", "indicators", "--series", "SI_POV_DAY1", "--area", "724"]


PROVOKED: dict[str, Callable[[Path], list[str]]] = {
    one.__name__: one
    for one in (
        pull_without_a_release,
        decimal_marks,
        empty_home,
        no_warehouse,
        all_sites_dead,
        damaged_warehouse,
        damaged_manifest,
    )
} | {
    "unknown figure": lambda home: ["explain", "c99-none"],
    "unknown area": lambda home: ["figures", "--area", "Atlantis"],
    "unknown series": lambda home: ["pull", "indicators", "--series", "SI_POV_DAY9"],
    "unknown example": lambda home: ["query", "--example", "none"],
    "no folder for a result": lambda home: ["query", "select 1 as a", "--output", str(home / "a b" / "x.csv")],
}


def advice(line: str) -> list[list[str]]:
    """The commands of an error line: each begins after `next: ` or `then `, and ends at a comma."""
    text = line.rpartition(" | next: ")[2].strip()
    parts = re.findall(r"""(?:'[^']*'|"[^"]*"|[^,;'"])+""", text)
    calls = [shlex.split(re.sub(r"^ *(then|or) | lists .*", "", part)) for part in parts]
    return [call for call in calls if call and call[0] in ("localsdg", "curl", "mkdir", "rm")]


@pytest.mark.parametrize("name", PROVOKED)
def test_the_command_that_an_error_advises_works(name, ready, cli, tmp_path, fixtures) -> None:
    home = tmp_path / "home"
    shutil.copytree(ready, home)
    with ReplayServer([record(value="5")], fixtures / "unsd" / "2022.Q2.G.02") as server:
        env = {"LOCALSDG_UNSD_BASE_URL": server.url}
        call = PROVOKED[name](home)
        failed = cli(home, *call, **env)
        assert failed.exit_code in (1, 2, 3), failed.stdout
        calls = advice(failed.stderr.splitlines()[-1])
        if name == "unknown example":
            assert "extreme_poverty_by_region" in failed.stderr  # the names are in the line itself
            return
        assert calls, failed.stderr
        for program, *words in calls:
            if program == "localsdg":
                done = cli(home, *words, *_SHORTER.get(words[0], []), **env)
                assert done.exit_code == 0, (words, done.stderr)
            elif shutil.which(program):
                subprocess.run([program, *words], check=True, timeout=30, capture_output=True)
        if calls[0][0] != "localsdg":  # what stood in the way is gone, or is known now
            again = cli(home, *call, **env)
            assert again.exit_code == 0 or name == "unknown series", again.stderr


def test_a_pull_that_failed_goes_on_where_it_stopped(ready, cli, tmp_path) -> None:
    call = ("pull", "indicators", "--series", "A_A", "--area", "724")
    with ReplayServer([record("A_A", value="5")]) as server:
        env = {"LOCALSDG_UNSD_BASE_URL": server.url}
        server.faults.append(Fault("series/data", times=5))
        failed = cli(tmp_path, *call, **env)
        assert failed.exit_code == 1 and "next: run the same command again" in failed.stderr
        assert cli(tmp_path, *call, **env).exit_code == 0


def test_a_refused_file_of_the_inbox_is_taken_as_its_line_says(ready, cli, tmp_path) -> None:
    home = tmp_path / "home"
    shutil.copytree(ready, home)
    call = refused_inbox(home)
    failed = cli(home, *call)
    assert failed.exit_code == 1 and "load the other rows: localsdg pull actions" in failed.stdout
    advised = failed.stdout.rpartition("localsdg ")[2].splitlines()[0]
    assert cli(home, *shlex.split(advised)).exit_code == 0
    done = cli(home, *call, "--accept-partial")
    assert done.exit_code == 0 and "1 left out" in done.stdout


def test_a_strict_run_that_fails_is_published_without_strict(ready, cli, tmp_path) -> None:
    home = tmp_path / "home"
    shutil.copytree(ready, home)
    call = strict_run(home)
    failed = cli(home, *call)
    assert failed.exit_code == 1 and "run it without --strict" in failed.stderr, failed.stderr
    done = cli(home, *call[:-1])
    assert done.exit_code == 0 and "Not pulled" in done.stdout
