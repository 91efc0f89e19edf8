"""What quick commands do not import: half of their time went into libraries that they did not use."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from localsdg.common.settings import Settings
from localsdg.pipeline.run_log import read_runs
from localsdg.sources.snapshot import sha256_of

#: No quick command needs them: tables, statistics, charts, checks, flows, requests to servers.
HEAVY = (
    "altair",
    "great_expectations",
    "numpy",
    "pandas",
    "prefect",
    "pyarrow",
    "requests",
    "scipy",
    "sqlalchemy",
    "sqlglot",
    "tenacity",
)


def imported(home: Path, *args: str, names: tuple[str, ...] = HEAVY) -> list[str]:
    """Which of the modules are imported when a command has ended, in a process of its own."""
    code = (
        "import sys\nfrom localsdg.cli import main\n"
        f"main({list(args)!r}, standalone_mode=False)\n"
        f"print('imported', *sorted(set({names!r}) & set(sys.modules)), file=sys.stderr)"
    )
    env = {**os.environ, "LOCALSDG_HOME": str(home)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and done.stdout, done.stderr
    return done.stderr.splitlines()[-1].removeprefix("imported").split()


@pytest.mark.parametrize(
    "args",
    [
        ("query", "select count(*) as n from core.observation"),
        ("query", "--example", "extreme_poverty_by_region"),
        ("query", "--example", "list"),
        ("status",),
        ("versions",),
    ],
    ids=" ".join,
)
def test_a_quick_command_imports_nothing_heavy(built, args) -> None:
    assert imported(built.home, *args) == []


def test_a_command_imports_the_module_of_no_other(built) -> None:
    others = tuple(f"localsdg.cli.{name}" for name in ("figures", "pull", "link", "explain", "status"))
    assert imported(built.home, "query", "select 1 as n", names=others) == []


def test_a_build_with_nothing_to_do_imports_nothing_heavy(built, tmp_path) -> None:
    home = tmp_path / "home"
    shutil.copytree(built.home / "data", home / "data", ignore=shutil.ignore_patterns("parts", "bundled"))
    before = sha256_of(Settings(home=home).published)
    assert imported(home, "build", "--only-bundled") == []
    assert sha256_of(Settings(home=home).published) == before
    assert read_runs(Settings(home=home))[-1]["status"] == "unchanged"
