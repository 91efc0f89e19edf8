"""The same differences as Markdown, as a page and beside a kept version; and which files a name means."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import duckdb
import pytest
from publication_helpers import AFTER, HOSTILE, NEW, OLD, make_file, next_release, seal

from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.common.settings import Settings
from localsdg.warehouse.publication_diff import PublicationDiff, compare_publications
from localsdg.warehouse.publication_diff_text import html, markdown
from localsdg.warehouse.publication_files import FORMS, keep_changes
from localsdg.warehouse.publication_names import find_publication, kept_versions, last_two


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with two kept versions, of which the newer one is published."""
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    old = make_file(settings.warehouse / "releases" / OLD / "localsdg.duckdb", OLD)
    new = settings.warehouse / "releases" / NEW / "localsdg.duckdb"
    new.parent.mkdir()
    shutil.copyfile(old, new)
    with closing(duckdb.connect(str(new))) as con:
        next_release(con)
        con.execute("update meta.release set version = ?", [NEW])
        con.execute("update evidence.metric set title = ?", [HOSTILE])
        con.execute("update core.local_observation set value = value * 2, value_raw = '2' where year = 2021")
    seal(new)
    settings.published.hardlink_to(new)
    return settings


@pytest.fixture(scope="module")
def diff(settings: Settings) -> PublicationDiff:
    return compare_publications(*last_two(settings), settings)


def test_markdown_keeps_its_tables_whatever_a_title_holds(diff) -> None:
    text = markdown(diff)
    assert text.startswith(f"# What changed, version {OLD} to {NEW}\n\n- ")
    assert "\x1b" not in text and "<script" not in text and r"\| \`x\` \[a\](b)" in text
    tables = [line for line in text.splitlines() if line.startswith("|")]
    for part in text.split("\n\n"):
        if part.startswith("|"):
            assert len({line.replace(r"\|", "").count("|") for line in part.splitlines()}) == 1, part
    assert len(tables) > 8 and f"release {AFTER} instead of" in text
    limited = markdown(diff, limit=1)
    assert "There are more rows: " in limited and len(limited) < len(text)


def test_the_page_asks_for_nothing_and_escapes(diff) -> None:
    page = html(diff)
    assert "<script" not in page and "&lt;script&gt;" in page and "\x1b" not in page
    assert not any(mark in page for mark in ("http:", "https:", "src=", "@import", "url("))


def test_changes_are_kept_beside_the_version_and_a_failure_is_one_line(settings, diff, monkeypatch) -> None:
    assert keep_changes(diff, settings, NEW) == "" and keep_changes(diff, settings, "2026.11.27.9") == ""
    folder = settings.warehouse / "releases" / NEW
    assert {path.name for path in folder.iterdir()} == {"localsdg.duckdb", *FORMS}

    def full(diff: PublicationDiff) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(FORMS, "changes.html", full)
    assert keep_changes(diff, settings, NEW).endswith("No space left on device")


def test_a_name_is_a_version_a_file_or_neither(settings, tmp_path, monkeypatch) -> None:
    assert list(kept_versions(settings)) == [OLD, NEW]
    assert find_publication(settings, OLD) == settings.warehouse / "releases" / OLD / "localsdg.duckdb"
    assert find_publication(settings, str(settings.published)) == settings.published
    for release in ("2023.Q4.G.01", "2020-10-19", "2025-07", "nonsense"):
        assert find_publication(settings, release) is None
    for missing in ("2026.11.20.9", "none.duckdb", "some/folder"):
        with pytest.raises(UsageError, match=f"{OLD}, {NEW}.*localsdg diff {OLD} {NEW}"):
            find_publication(settings, missing)
    old, new = last_two(settings)
    assert (old.parent.name, new) == (OLD, settings.published)
    (settings.warehouse / "releases" / OLD).rename(tmp_path / "away")
    try:
        with pytest.raises(LocalsdgError, match="no version before"):
            last_two(settings)
    finally:
        (tmp_path / "away").rename(settings.warehouse / "releases" / OLD)


def test_the_command_shows_writes_and_refuses(settings, cli, tmp_path) -> None:
    last = cli(settings.home, "diff", "--last")
    assert last.exit_code == 0, last.stderr
    assert last.stdout.startswith(f"What changed, version {OLD} to {NEW}\n") and "\x1b" not in last.stdout
    assert (
        last.stdout.index("Headlines: the World") < last.stdout.index("Biggest movers") < last.stdout.index("Rows by")
    )
    outside = shutil.copyfile(settings.published, tmp_path / "copy.duckdb")
    for name, begin in (
        ("c.html", "<!doctype html>"),
        ("c.md", "# What changed"),
        ("c.json", "{"),
        ("c.csv", "metric_id"),
    ):
        target = Path(tmp_path / name)
        part = ("--part", "metrics") if name == "c.csv" else ()
        made = cli(settings.home, "diff", OLD, outside, "--output", target, *part)
        assert made.exit_code == 0 and target.read_text().startswith(begin), made.stderr
    # one version alone is compared with the published file; a country has its local governments
    alone = cli(settings.home, "diff", OLD, "--part", "local_values", "--area", "Spain", "--format", "csv")
    assert alone.exit_code == 0 and alone.stdout.count("\n") == 2 and "barcelona" in alone.stdout
    for args, words in (
        ((OLD, "2023-12-17"), "cannot be compared with each other"),
        ((OLD, NEW, "--last"), "--last names both"),
        ((OLD, "2026.11.20.7"), f"one of the kept versions {OLD}, {NEW}"),
        (("2020-10-19", "2023-12-17", "--format", "html"), "only a comparison of published files"),
    ):
        refused = cli(settings.home, "diff", *args)
        assert refused.exit_code == 2 and words in refused.stderr, (args, refused.stderr)
