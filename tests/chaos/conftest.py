"""Homes for kills: seeds, and a warehouse whose publication takes a second."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import duckdb
import killed
import pytest
from small_warehouse import small_warehouse

from localsdg.common.settings import Settings
from localsdg.pipeline import stages
from localsdg.pipeline.run import Run
from localsdg.sources.snapshot import SnapshotWriter

#: Any whole number; printed, so that a failure can be made again.
SEED = int(os.environ.get("CHAOS_SEED") or 20261128)


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """Chance that is the same for the same seed and test."""
    print(f"CHAOS_SEED={SEED}")
    return random.Random(f"{SEED} {request.node.name}")


@pytest.fixture(scope="session")
def loaded() -> None:
    """The libraries of the real commands are loaded."""
    killed.load()


@pytest.fixture
def small_home(tmp_path: Path) -> Path:
    """A home with the UN's lists and M49 as if pulled."""
    for part in ("unsd/2022.Q2.G.02", "m49/2024-04"):
        shutil.copytree(Settings().bundled / part, tmp_path / "home" / "data" / "raw" / part)
    return tmp_path / "home"


@pytest.fixture(scope="session")
def small_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse file with all tables, a few rows, and no version."""
    file = tmp_path_factory.mktemp("small") / "localsdg.duckdb"
    with closing(small_warehouse()) as con:
        con.execute(f"attach '{file}' as built; copy from database memory to built; detach built")
    return file


@pytest.fixture
def publish(small_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Settings, Callable[[str], Run]]:
    """Settings of a home, and a run in it that only publishes: a small warehouse with that content hash."""
    settings = Settings(home=tmp_path / "home", keep_versions=1, threads=1)
    with SnapshotWriter(settings.raw, "unsd", "2024-02", origin="o", licence="l", attribution="a") as writer:
        writer.add("a.csv", "bulk_csv", b"one")

    def small(run: Run) -> None:
        shutil.copyfile(small_file, run.built)
        with closing(duckdb.connect(str(run.built))) as con:
            con.execute(
                "insert into meta.release by name select ? as run_id, ? as version, ? as content_hash",
                [run.run_id, run.version, run.reason],
            )
            con.execute("insert into audit.run by name select ? as run_id, 'building' as status", [run.run_id])

    publication = next(one for one in stages.STAGES if one.name == "publish")
    monkeypatch.setattr(stages, "STAGES", (stages.Stage("build", small, "build"), publication))
    return settings, lambda content: stages.run_all(
        settings, command="build", with_bundled=False, force=True, reason=content
    )
