"""`localsdg run` as people call it: a process of its own, with a real Prefect run.

One fresh home for all tests: a run of the bundle, and then one that fails.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from replay_bodies import bulk_csv
from replay_server import record
from samples import MAIN_RELEASE, WORLD

from localsdg.common.settings import Settings
from localsdg.sources.snapshot import sha256_of

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("kept_parts")]
#: Of the test's own environment nothing may reach the process that says where things are.
_LEFT_OUT = ("PREFECT_", "LOCALSDG_", "XDG_")


def run(home: Path, *command: str) -> subprocess.CompletedProcess:
    """A command in a process of its own; `~` is a folder beside the home."""
    env = {key: value for key, value in os.environ.items() if not key.startswith(_LEFT_OUT)}
    user = home.parent / "user"
    user.mkdir(exist_ok=True)
    return subprocess.run(
        [sys.executable, *command],
        env={**env, "HOME": str(user), "LOCALSDG_HOME": str(home)},
        cwd=user,
        capture_output=True,
        text=True,
        timeout=600,
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("flow") / "home"
    path.mkdir()
    return path


@pytest.fixture(scope="module")
def first(home) -> subprocess.CompletedProcess:
    """The run of the bundle."""
    return run(home, "-m", "localsdg", "run", "--json")


def test_the_run_ends_well_and_quietly(first) -> None:
    assert first.returncode == 0, first.stderr
    assert "Traceback" not in first.stderr and "error" not in first.stderr.lower(), first.stderr


def test_the_summary_says_what_was_done(first, home) -> None:
    facts = json.loads(first.stdout)
    published = Settings(home=home).published
    assert facts["file"] == str(published) and facts["bytes"] == published.stat().st_size
    assert facts["sha256"] == sha256_of(published)
    rows = {(load["release"], load["file_name"]): load["rows_in"] for load in facts["loads"]}
    assert rows[MAIN_RELEASE, "evidence_series.parquet"] == 260_334
    assert rows["2022.Q2.G.02", "Indicator_List.json"] == 248
    assert all(load["rows_in"] == load["rows_out"] + load["rows_rejected"] for load in facts["loads"])
    assert facts["checks"]["passed"] > 100 and "errored" not in facts["checks"]
    assert {row["year"]: row["value"] for row in facts["world_extreme_poverty"]} == WORLD
    assert set(facts["seconds"]) == {"stage", "link", "check", "build", "audit", "compare", "publish"}
    assert Path(facts["report"]).is_file()


def test_the_file_holds_the_same_rows_as_one_built_without_prefect(first, home, built) -> None:
    def rows(settings: Settings) -> list[tuple]:
        con = duckdb.connect(str(settings.published), read_only=True)
        try:
            return con.execute(
                "select count(*), bit_xor(hash(series_code, area_code, year, breakdown, release, "
                "value, value_raw, unit, is_total)) from core.observation union all "
                "select count(*), bit_xor(hash(metric_id, area_code, year, breakdown, value)) "
                "from evidence.metric_value"
            ).fetchall()
        finally:
            con.close()

    assert first.returncode == 0
    assert rows(Settings(home=home)) == rows(built)


def test_prefect_lives_in_the_home_and_nowhere_else(first, home) -> None:
    assert first.returncode == 0
    assert (home / ".prefect" / "prefect.db").is_file()
    assert [path.name for path in (home.parent / "user").rglob("*") if "prefect" in path.name.lower()] == []


@pytest.mark.long
def test_a_run_that_fails_is_one_line_and_publishes_nothing(first, home, cli) -> None:
    """The same of `--strict`, where two files that disagree are more than a line of the summary."""
    assert first.returncode == 0
    for value in ("5", "6"):
        file = home.parent / f"value_{value}.csv"
        file.write_bytes(bulk_csv([record(value=value)]))
        pulled = cli(home, "pull", "indicators", file, "--release", "2024-02")
        assert pulled.exit_code == 0, pulled.stderr
    before = sha256_of(Settings(home=home).published)
    failed = run(home, "-m", "localsdg", "run", "--strict")
    assert (failed.returncode, failed.stdout) == (1, ""), failed.stderr
    lines = failed.stderr.splitlines()
    assert len(lines) == 1 and "set aside in a strict run" in lines[0], lines
    assert "value_5.csv" in lines[0] and "next: run it without --strict" in lines[0]
    assert sha256_of(Settings(home=home).published) == before
    assert list((home / "data" / "warehouse").glob(".run-*")) == []
    runs = json.loads(cli(home, "status", "--json").stdout)["runs"]
    assert [one["status"] for one in runs if one["command"] == "run"] == ["published", "failed"]


def test_the_prefect_server_imports(tmp_path) -> None:
    """With newer FastAPI it does not; the pins in pyproject.toml hold it."""
    (home := tmp_path / "home").mkdir()
    code = "import flows, prefect.server.api.server as s; print(callable(s.create_app))"
    done = run(home, "-c", code)
    assert (done.returncode, done.stdout.strip()) == (0, "True"), done.stderr
