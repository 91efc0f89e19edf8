"""Shared by all tests; its folder is on the import path, so `import replay_server` works."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests to loopback must not go through a proxy of the machine."""
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture(scope="session")
def fixtures() -> Path:
    """Small recorded bodies that are in the checkout."""
    return CHECKOUT / "tests" / "fixtures"


@pytest.fixture(scope="session")
def data_root() -> Path:
    """The larger real data outside the checkout; skips where it is absent."""
    default = CHECKOUT.parent / "shared" / "data"
    path = Path(os.environ.get("LOCALSDG_TEST_DATA") or default)
    if not path.is_dir():
        pytest.skip(f"no test data at {path}; set LOCALSDG_TEST_DATA")
    return path
