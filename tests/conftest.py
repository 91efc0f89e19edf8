"""Shared by all tests; its folder is on the import path, so `import replay_server` works."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from filelock import FileLock

from localsdg.common.settings import Settings

CHECKOUT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests to loopback must not go through a proxy of the machine."""
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture(scope="session", autouse=True)
def _no_names_of_the_network() -> Iterator[None]:
    """Only names of this machine are looked up: where there is no network, each other one would take seconds."""
    look_up = socket.getaddrinfo
    own = {"", "localhost", socket.gethostname(), socket.getfqdn()}

    def local(host: Any, port: Any, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0) -> list:
        name = host.decode() if isinstance(host, bytes) else host or ""
        if name not in own and not name.endswith(".localhost"):
            flags |= socket.AI_NUMERICHOST  # any name is then not known, at once
        return look_up(host, port, family, type, proto, flags)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", local)
        yield


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


@pytest.fixture(scope="session")
def cli() -> Callable[..., Result]:
    """The command line in this process: `cli(home, "query", "select 1", **environment)`."""

    def call(home: Path, *args: object, **env: str) -> Result:
        from localsdg.cli.app import main

        given = {"LOCALSDG_HOME": str(home), "COLUMNS": "200", **env}
        return CliRunner().invoke(main, [str(one) for one in args], env=given)

    return call


@pytest.fixture(scope="session")
def shared_parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of kept parts for tests that build the bundle; not for those that change code of staging or checks."""
    return shared_folder(tmp_path_factory) / "parts"


@pytest.fixture(scope="module")
def kept_parts(shared_parts: Path) -> Iterator[None]:
    """Builds of a module's tests share the kept parts; not for modules that change code of staging while they run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOCALSDG_PARTS", str(shared_parts))
        yield


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, shared_parts: Path) -> Settings:
    """Settings of a home in which the bundle was built and published, once for all processes. Read it only.

    While one writes tests, `LOCALSDG_TEST_BUILT` names a home in which that was done before.
    """
    from localsdg.pipeline import stages as pipeline

    if known := os.environ.get("LOCALSDG_TEST_BUILT"):
        return Settings(home=Path(known))
    settings = Settings(home=shared_folder(tmp_path_factory) / "built", parts=str(shared_parts))
    with FileLock(settings.home.with_suffix(".lock")):
        if not settings.published.exists():
            pipeline.run_all(settings, only_bundled=True)
    return settings


@pytest.fixture(scope="session")
def built_page(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of all figures of `built`, once for all processes."""
    return _page(built, shared_folder(tmp_path_factory) / "site")


@pytest.fixture(scope="session")
def hostile_page(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a copy of `built` in which names attack, once for all processes."""
    from page_helpers import hostile_home

    folder = shared_folder(tmp_path_factory) / "hostile"
    return _page(lambda: hostile_home(built, folder / "home"), folder)


def _page(settings: Settings | Callable[[], Settings], folder: Path) -> Path:
    from page_helpers import make_page

    with FileLock(folder.with_suffix(".lock")):
        if not (folder / "index.html").exists():
            made = make_page(settings() if callable(settings) else settings, folder)
            assert made == folder / "index.html"
    return folder / "index.html"


def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of this test run that all of its processes share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
