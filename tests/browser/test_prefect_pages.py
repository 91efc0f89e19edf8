"""Prefect's pages of a run in headless Chromium: name, tags, log and artifacts, however the run ended.

A real server, and two runs of a small home: one publishes, though a file in it
is refused whose name is markup, the other is strict and so publishes nothing.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from prefect_server import PrefectServer, environment, prefect_server
from replay_bodies import bulk_csv
from replay_server import record

from localsdg.common.settings import Settings

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = playwright.expect
pytestmark = [pytest.mark.long, pytest.mark.browser, pytest.mark.slow]
#: A file name of others that would be a link, an image and three cells of a table.
HOSTILE = "[click](javascript:alert(1)) <img src=x onerror=alert(1)> | www.evil.example |.csv"


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """The UN's lists, a file of rows, and a file in the inbox that is no file of ours."""
    home = tmp_path_factory.mktemp("runs") / "home"
    for part in ("unsd/2022.Q2.G.02", "m49/2024-04"):
        shutil.copytree(Settings().bundled / part, home / "data" / "raw" / part)
    (home / "rows.csv").write_bytes(bulk_csv([record(area=724, year=year) for year in range(1990, 2020)]))
    (inbox := home / "data" / "raw" / "inbox").mkdir()
    (inbox / HOSTILE).write_bytes(b"\x00\x01 no table\n")
    return home


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[PrefectServer]:
    with prefect_server(tmp_path_factory.mktemp("prefect")) as one:
        yield one


@pytest.fixture(scope="module")
def ended(server, home) -> dict[str, dict]:
    """The flow runs of both runs, by `published` and `failed`."""
    env = environment(LOCALSDG_HOME=str(home), PREFECT_API_URL=server.api, HOME=str(home))
    pull = ("pull", "indicators", str(home / "rows.csv"), "--release", "2022.Q2.G.02")
    runs = {}
    for name, call, code in (
        ("pulled", pull, 0),
        ("published", ("run", "--no-bundled"), 0),
        ("failed", ("run", "--no-bundled", "--strict"), 1),
    ):
        command = [sys.executable, "-m", "localsdg", *call]
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=240)
        assert done.returncode == code, done.stderr
        assert "localsdg.run" not in done.stdout + done.stderr  # no log on the terminal
        if name != "pulled":
            runs[name] = server.flow_run(home)
    return runs


@pytest.fixture
def page(browser) -> Iterator:
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    yield page
    context.close()


def save(page, name: str) -> None:
    """A picture to look at, where `LOCALSDG_SCREENSHOTS` names a folder."""
    if folder := os.environ.get("LOCALSDG_SCREENSHOTS"):
        page.wait_for_timeout(1000)
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def open_run(page, server: PrefectServer, run: dict, tab: str) -> None:
    page.goto(f"{server.url}/runs/flow-run/{run['id']}?tab={tab}")
    expect(page.get_by_text(run["name"]).first).to_be_visible(timeout=30_000)


def artifact(server: PrefectServer, run: dict, key: str) -> dict:
    found = server.read("artifacts", artifacts={"flow_run_id": {"any_": [run["id"]]}, "key": {"any_": [key]}})
    assert len(found) == 1, [one["key"] for one in found]
    return found[0]


def test_a_run_shows_its_version_tags_and_log(page, server, ended) -> None:
    run = ended["published"]
    assert re.fullmatch(r"localsdg 20\d\d\.\d+\.\d+\.1", run["name"])
    assert run["state"]["message"].startswith(f"version {run['name'].split()[1]} is published")
    open_run(page, server, run, "Logs")
    for tag in ("without bundle", "by hand"):
        expect(page.get_by_text(tag, exact=True).first).to_be_visible()
    expect(page.get_by_text(re.compile(r"^code \d")).first).to_be_visible()
    for line in (r"build: done in \d+\.\d s", "set aside: file .*click", r"version 20\S+ is published"):
        expect(page.get_by_text(re.compile(line)).first).to_be_visible()
    save(page, "published-logs")


def test_the_summary_is_rendered_and_text_of_others_does_nothing(page, server, ended) -> None:
    found = artifact(server, ended["published"], "localsdg-run")
    page.goto(f"{server.url}/artifacts/artifact/{found['id']}")
    for heading in ("Sources", "Set aside", "Rows by release", "Seconds by stage"):
        expect(page.get_by_role("heading", name=heading)).to_be_visible(timeout=30_000)
    expect(page.get_by_role("cell", name="2022.Q2.G.02")).to_be_visible()
    expect(page.get_by_text(HOSTILE).first).to_be_visible()  # each of its characters
    assert page.locator("img[src=x]").count() == 0
    addresses = page.locator("main a, article a, a").evaluate_all("links => links.map(link => link.href)")
    assert [one for one in addresses if "javascript" in one or "evil" in one] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    save(page, "published-summary")


def test_row_counts_are_a_table(page, server, ended) -> None:
    for key, header, cell in (
        ("localsdg-rows", "release", "2022.Q2.G.02"),
        ("localsdg-tables", "table", "core.observation"),
    ):
        page.goto(f"{server.url}/artifacts/artifact/{artifact(server, ended['published'], key)['id']}")
        expect(page.locator("td", has_text=cell).first).to_be_visible(timeout=30_000)
        assert header in page.locator("thead").first.inner_text().split()
        save(page, f"published-{key}")


def test_a_run_that_fails_says_what_where_and_the_next_command(page, server, ended) -> None:
    run = ended["failed"]
    assert run["state_type"] == "FAILED" and run["name"].endswith(" not published")
    assert run["state"]["message"].startswith("1 set aside in a strict run")
    open_run(page, server, run, "Logs")
    save(page, "failed-logs")
    page.goto(f"{server.url}/artifacts/artifact/{artifact(server, run, 'localsdg-run')['id']}")
    expect(page.get_by_role("heading", name=re.compile("The run failed: nothing was published"))).to_be_visible(
        timeout=30_000
    )
    expect(page.get_by_text("run it without --strict").first).to_be_visible()
    for word in ("where: ", "expected: nothing set aside", "found: "):
        expect(page.get_by_text(word).first).to_be_visible()
    save(page, "failed-summary")


def test_prefect_keeps_the_history_of_the_summary(page, server, ended) -> None:
    assert len(server.read("artifacts", artifacts={"key": {"any_": ["localsdg-run"]}})) == len(ended)
    page.goto(f"{server.url}/artifacts/key/localsdg-run")
    for run in ended.values():
        expect(page.get_by_text(run["name"]).first).to_be_visible(timeout=30_000)
    save(page, "history")
