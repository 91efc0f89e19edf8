"""Citations of a published file: the same in every place that prints them, and stable from build to build."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from replay_bodies import bulk_csv, record

from localsdg.common.settings import Settings
from localsdg.warehouse.query import run_query

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(tmp_path_factory, cli, add_lists) -> Path:
    """A home with the UN's lists and one small release, built twice."""
    home = add_lists(tmp_path_factory.mktemp("cite") / "home")
    file = home / "rows.csv"
    file.write_bytes(bulk_csv([record(area=724, year=year, value=str(year % 7)) for year in range(1990, 2020)]))
    assert cli(home, "pull", "indicators", file, "--release", "2025-07-10").exit_code == 0
    for threads in ("2", "1"):
        done = cli(home, "build", "--no-bundled", "--force", LOCALSDG_THREADS=threads)
        assert done.exit_code == 0, done.stderr
    return home


def test_two_builds_of_the_same_data_have_the_same_content_hash(home) -> None:
    folders = sorted((home / "data" / "warehouse" / "releases").iterdir())
    first, second = (json.loads((folder / "manifest.json").read_text()) for folder in folders)
    assert first["version"] != second["version"] and first["sha256"] != second["sha256"]
    assert first["content_hash"] == second["content_hash"]
    (release,) = run_query(Settings(home=home), "select version, content_hash from meta.release").to_pylist()
    assert release == {"version": second["version"], "content_hash": second["content_hash"]}


def test_a_citation_is_the_same_on_the_terminal_in_a_workbook_and_in_meta(home, cli, tmp_path) -> None:
    text = cli(home, "cite")
    assert text.exit_code == 0 and cli(home, "cite").stdout == text.stdout
    (content_hash,) = run_query(Settings(home=home), "select content_hash from meta.release").column(0).to_pylist()
    assert f"Content hash {content_hash}" in text.stdout
    lines = [line.strip() for line in text.stdout.splitlines() if line.startswith("  ")]
    kept = run_query(Settings(home=home), "select citation from meta.dataset").column("citation").to_pylist()
    assert set(kept) < set(lines) and any("release 2025-07-10, published 2025-07-10" in line for line in kept)
    # sources of keys are no dataset: they have terms and an attribution, and no line of their own
    cited = "select citation from meta.licence where citation is not null"
    by_source = run_query(Settings(home=home), cited).column("citation").to_pylist()
    assert sorted("\n".join(by_source).splitlines()) == sorted(set(kept))
    book = tmp_path / "a.xlsx"
    assert cli(home, "query", "select 1 as one", "--output", book).exit_code == 0
    about = CalamineWorkbook.from_path(str(book)).get_sheet_by_name("about").to_python()
    assert [row[1] for row in about if row[0] == "Cite as"] == lines


def test_citations_go_to_a_file_and_may_be_limited(home, cli, tmp_path) -> None:
    file = tmp_path / "a.json"
    done = cli(home, "cite", "--format", "csl-json", "--source", "unsd,warehouse", "--output", file)
    assert done.exit_code == 0 and done.stdout == "", done.stderr
    items = json.loads(file.read_text(encoding="utf-8"))
    assert [item["version"] for item in items if item["id"].startswith("unsd")] == ["2022.Q2.G.02", "2025-07-10"]
    assert {item["type"] for item in items} == {"dataset"}
    assert cli(home, "cite", "--format", "bibtex").stdout.count("@misc{") == len(items) + 2  # M49, the software
    assert cli(home, "cite", "--source", "unsdx").exit_code == 2
