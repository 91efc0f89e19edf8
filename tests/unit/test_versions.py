"""Versions that are kept: the list of them, and a query on one of them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import duckdb
import pytest

from localsdg.common.errors import LocalsdgError
from localsdg.common.settings import Settings
from localsdg.sources.snapshot import sha256_of
from localsdg.warehouse import keeping
from localsdg.warehouse.versions import at_version, check_whole, kept_version, list_versions


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home with two versions that differ in one value; the later one is published."""
    settings = Settings(home=tmp_path)
    for number, value in ((1, 13.2), (2, 13.4)):
        version = f"2026.11.27.{number}"
        folder = settings.warehouse / "releases" / version
        folder.mkdir(parents=True)
        file = folder / "localsdg.duckdb"
        with duckdb.connect(str(file)) as con:
            con.execute(f"create schema meta; create table meta.release as select '{version}' as version")
            con.execute(f"create table answer as select 2012 as year, {value} as value")
        size, digest = file.stat().st_size, sha256_of(file)
        facts = {"version": version, "bytes": size, "sha256": digest, "content_hash": f"{value}"}
        (folder / "manifest.json").write_text(json.dumps(facts))
        settings.published.unlink(missing_ok=True)
        os.link(file, settings.published)
    return settings


def test_the_list_says_what_a_version_is_and_what_keeps_it(settings, cli) -> None:
    keeping.pin(settings, "2026.11.27.1", "the slides")
    assert keeping.note_cited(settings, "localsdg cite") is None
    newest, older = list_versions(settings)
    assert (newest.version, newest.is_published, newest.pinned, newest.cited_by) == (
        "2026.11.27.2",
        True,
        None,
        ("localsdg cite",),
    )
    assert (older.is_published, older.pinned, older.published_on, older.content_hash) == (
        False,
        "the slides",
        "2026-11-27",
        "13.2",
    )
    listed = json.loads(cli(settings.home, "versions", "--json").stdout)
    assert [one["bytes"] for one in listed] == [newest.bytes, older.bytes]
    lines = cli(settings.home, "versions").stdout.splitlines()
    assert lines[0].endswith("published; cited by localsdg cite") and lines[1].endswith("pinned: the slides")
    assert "no version is kept" in cli(settings.home / "empty", "versions").stdout


def test_a_query_reads_the_version_that_is_named(settings, cli) -> None:
    sql = "select value from answer"
    found = [
        json.loads(cli(settings.home, "query", "--json", *named, sql).stdout)[0]["value"]
        for named in ((), ("--version", "2026.11.27.1"), ("--version", "2026.11.27.2"))
    ]
    assert found == [13.4, 13.2, 13.4]
    refused = cli(settings.home, "query", "--version", "2026.11.27.1", "delete from answer")
    assert refused.exit_code == 2 and "read-only" in refused.stderr


@pytest.mark.parametrize("version", ["2026.11.27.9", "", "..", "2026.11.27.1/../2026.11.27.2"])
def test_a_version_that_is_not_kept_is_an_error_with_the_list(settings, cli, version) -> None:
    result = cli(settings.home, "query", "--version", version, "select 1")
    assert result.exit_code == 2
    assert "expected 2026.11.27.2, 2026.11.27.1" in result.stderr and "next: localsdg versions" in result.stderr


def test_a_version_without_its_file_or_with_another_is_an_error(settings) -> None:
    release = kept_version(settings, "2026.11.27.1")
    check_whole(release)
    file = at_version(settings, "2026.11.27.1").published
    with file.open("ab") as handle:
        handle.write(b"x")
    with pytest.raises(LocalsdgError, match="not the one that was published"):
        check_whole(kept_version(settings, "2026.11.27.1"))
    file.unlink()
    with pytest.raises(LocalsdgError, match="file of the kept version is gone"):
        at_version(settings, "2026.11.27.1")
    assert [one.bytes == 0 for one in list_versions(settings)] == [False, True]
