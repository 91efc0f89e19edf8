"""Fixtures for tests of whole flows: a home folder and a client that waits milliseconds."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from localsdg.common.settings import Settings
from localsdg.sources.http.client import HttpClient, HttpLimits


@pytest.fixture
def quick_http() -> HttpClient:
    """An HTTP client with short waits and short timeouts."""
    with HttpClient(HttpLimits(2, 2, 4, wait_base=0.001), pool_size=8) as client:
        yield client


@pytest.fixture
def waits_of_milliseconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that nobody names are short ones, also where the pipeline makes its own client."""
    quick = asdict(HttpLimits(wait_base=0.001, read_timeout=5.0))
    monkeypatch.setattr(HttpLimits.__init__, "__defaults__", tuple(quick.values()))


@pytest.fixture
def settings_for(tmp_path: Path) -> Callable[..., Settings]:
    """Settings with a fresh home, for a server of the test."""

    def make(base_url: str, concurrency: int = 4) -> Settings:
        return Settings(home=tmp_path / "home", unsd_base_url=base_url, concurrency=concurrency)

    return make


@pytest.fixture(scope="session")
def add_lists() -> Callable[[Path], Path]:
    """Puts the UN's lists and M49 into a home as if pulled: `build --no-bundled` takes 2 s."""

    def add(home: Path) -> Path:
        bundled = Settings().bundled
        for part in ("unsd/2022.Q2.G.02", "m49/2024-04"):
            shutil.copytree(bundled / part, home / "data" / "raw" / part, dirs_exist_ok=True)
        return home

    return add


@pytest.fixture
def small_home(tmp_path: Path, add_lists: Callable[[Path], Path]) -> Path:
    """A home with the lists and without observations."""
    return add_lists(tmp_path / "small")


@pytest.fixture(scope="session")
def tree() -> Callable[[Path], dict[str, str]]:
    """Every file and folder below a path, with the sha256 of the files; the run log may grow."""

    def look(root: Path) -> dict[str, str]:
        return {
            str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
            for path in sorted(root.rglob("*"))
            if path.name != "runs.jsonl"
        }

    return look
