"""A run that changes nothing publishes nothing: the file, its time and its version stay, and the run says so."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from replay_bodies import bulk_csv, record

from localsdg.common.settings import Settings
from localsdg.pipeline import stages
from localsdg.pipeline.run_log import read_runs
from localsdg.sources.snapshot import sha256_of

pytestmark = pytest.mark.slow
ROWS = [record(area=724, year=year, value=str(year % 7)) for year in range(1990, 2020)]


@pytest.fixture(scope="module")
def built_once(add_lists, cli, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a small release, built."""
    home = add_lists(tmp_path_factory.mktemp("built"))
    file = home / "rows.csv"
    file.write_bytes(bulk_csv(ROWS))
    assert cli(home, "pull", "indicators", file, "--release", "2025-07-10").exit_code == 0
    built(home, cli)
    return home


@pytest.fixture
def home(built_once: Path, tmp_path: Path) -> Path:
    """A home of its own, with a small release that was built."""
    return shutil.copytree(built_once, tmp_path / "home", symlinks=True)


def built(home: Path, cli: Callable[..., Result], *options: str, **env: str) -> dict:
    done = cli(home, "build", "--no-bundled", "--json", *options, **env)
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def facts(home: Path) -> tuple[str, int, list[str]]:
    settings = Settings(home=home)
    versions = sorted(path.name for path in (settings.warehouse / "releases").iterdir())
    return sha256_of(settings.published), settings.published.stat().st_mtime_ns, versions


def stages_run(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the stages that run from now on."""
    names: list[str] = []
    run_stage = stages.Stage.__call__

    def noted(stage: stages.Stage, run: stages.Run) -> None:
        names.append(stage.name)
        run_stage(stage, run)

    monkeypatch.setattr(stages.execute, "__defaults__", (noted,))
    return names


def test_the_same_inputs_are_not_even_staged(home, cli, monkeypatch) -> None:
    before, names = facts(home), stages_run(monkeypatch)
    first = json.loads((Settings(home=home).warehouse / "releases" / before[2][0] / "confirmed.json").read_text())
    summary = built(home, cli)
    assert summary["status"] == "unchanged" and summary["version"] == before[2][0]
    assert names == ["pull records"] and facts(home) == before
    shown = cli(home, "build", "--no-bundled")
    assert shown.exit_code == 0 and f"nothing changed: version {before[2][0]} stays" in shown.stdout
    assert "s in all" not in shown.stdout, "no stage took time"
    last = read_runs(Settings(home=home))[-1]
    assert (last["status"], last["version"]) == ("unchanged", before[2][0])
    seen = json.loads(cli(home, "status", "--json").stdout)["published"]
    assert seen["version"] == before[2][0] and seen["confirmed_at"] >= first["at"]
    # what the version holds is in the summary, as if it had been built
    assert summary["sha256"] == before[0] and sum(load["rows_in"] for load in summary["loads"]) > 0
    assert summary["checks"]["passed"] > 50 and summary["tables"]["core.observation"] == 30


def test_the_same_data_of_other_inputs_publish_nothing_and_are_known_the_next_time(home, cli, monkeypatch) -> None:
    before, names = facts(home), stages_run(monkeypatch)
    os.utime(home / "data" / "raw" / "unsd" / "2025-07-10" / "manifest.json")
    os.utime(next((home / "data" / "raw" / "unsd" / "2025-07-10").glob("*.csv")))
    summary = built(home, cli)
    assert names[-1] == "publish" and summary["status"] == "unchanged" and facts(home) == before
    assert summary["version"] == before[2][0] and summary["sha256"] == before[0]
    names.clear()
    assert built(home, cli)["status"] == "unchanged" and names == ["pull records"]


def test_force_publishes_anyway_and_a_strict_run_is_built(home, cli, monkeypatch) -> None:
    before = facts(home)
    summary = built(home, cli, "--force")
    assert summary["status"] == "published" and len(facts(home)[2]) == 2 and facts(home)[0] != before[0]
    names = stages_run(monkeypatch)
    assert cli(home, "build", "--no-bundled", "--strict").exit_code in (0, 1) and "build" in names


@pytest.mark.parametrize("harm", ["deleted", "cut off", "a bit"])
def test_a_file_that_is_gone_or_damaged_is_built_again(home, cli, harm) -> None:
    before, published = facts(home), Settings(home=home).published
    if harm == "deleted":
        published.unlink()
    elif harm == "cut off":
        os.truncate(published, published.stat().st_size // 2)
    else:
        with published.open("rb+") as handle:
            handle.seek(published.stat().st_size // 2)
            handle.write(b"\xff" * 64)
    summary = built(home, cli)
    assert summary["status"] == "published" and summary["version"] not in before[2]
    assert sha256_of(published) == summary["sha256"]


def test_what_was_set_aside_is_in_the_summary_of_a_run_without_change(home, cli) -> None:
    stray = home / "data" / "raw" / "nobody"
    stray.mkdir()
    first, second = built(home, cli), built(home, cli)
    assert [one["status"] for one in (first, second)] == ["unchanged", "unchanged"]
    assert first["set_aside"] == second["set_aside"] and "nobody" in str(first["set_aside"])


def test_a_new_row_is_published(home, cli) -> None:
    before = facts(home)
    file = home / "more.csv"
    file.write_bytes(bulk_csv([*ROWS, record(area=724, year=2020, value="1")]))
    assert cli(home, "pull", "indicators", file, "--release", "2025-08-10").exit_code == 0
    assert built(home, cli)["status"] == "published" and len(facts(home)[2]) == len(before[2]) + 1
