"""What all attacks share: a home with a small published file, and the table of attacks at the end."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from attack_tools import Ended, Home
from small_warehouse import keep_versions

from localsdg.common.settings import Settings

_TABLE: list[list[str]] = []


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with a published file that attacks only read."""
    folder = tmp_path_factory.mktemp("attack")
    settings = Settings(home=folder / "home")
    keep_versions(settings, "2026.11.27.1")
    return Home(settings, folder / "outside")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty home of its own."""
    (tmp_path / "home").mkdir()
    return Home(Settings(home=tmp_path / "home"), tmp_path / "outside")


@pytest.fixture
def harmless(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Note how an attack ended, and fail where it did harm."""

    def check(home: Home, ended: Ended | None, end: str = "") -> None:
        harm = home.harm(ended)
        words = end or (f"exit {ended.code}: {ended.words}" if ended else "")
        name = request.node.callspec.id if hasattr(request.node, "callspec") else request.node.name
        request.node.user_properties.append(("attack", [name, words, ", ".join(harm) or "none"]))
        assert not harm, (harm, ended)

    return check


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Take what an attack noted, also from another process."""
    if report.when == "call":
        _TABLE.extend(value for name, value in report.user_properties if name == "attack")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table where `make attack` asks for it."""
    if _TABLE and os.environ.get("ATTACK_TABLE"):
        terminalreporter.section("attacks")
        for name, end, harm in _TABLE:
            terminalreporter.write_line(f"{name[:44]:<44}  harm {harm:<6}  {end[:100]}")
        terminalreporter.write_line(f"{sum(harm == 'none' for *_, harm in _TABLE)} of {len(_TABLE)} did no harm")
