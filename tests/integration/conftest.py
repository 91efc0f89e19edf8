"""Fixtures for tests of whole flows: a home folder and a client that waits milliseconds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from localsdg.settings import Settings
from localsdg.sources.http import HttpClient


@pytest.fixture
def quick_http() -> HttpClient:
    """An HTTP client with short waits and short timeouts."""
    with HttpClient(
        wait_base=0.001, connect_timeout=2, read_timeout=2, max_attempts=4, pool_size=8
    ) as client:
        yield client


@pytest.fixture
def settings_for(tmp_path: Path) -> Callable[..., Settings]:
    """Settings with a fresh home, for a server of the test."""

    def make(base_url: str, concurrency: int = 4) -> Settings:
        return Settings(
            home=tmp_path / "home", unsd_base_url=base_url, concurrency=concurrency
        )

    return make
