"""Publication: one rename, a second name below releases, the oldest gone, nothing of a file that is not whole."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import duckdb
import pytest

from localsdg.common.errors import LocalsdgError
from localsdg.common.settings import Settings
from localsdg.pipeline.run import begin_run
from localsdg.pipeline.run_log import read_runs
from localsdg.pipeline.run_row import run_row
from localsdg.pipeline.under_way import log_killed, mark
from localsdg.sources.snapshot import sha256_of
from localsdg.warehouse import publish
from localsdg.warehouse.publish import next_version
from localsdg.warehouse.releases import FILE, finish_killed, kept_releases, published_release, releases_folder


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(publish.meta, "count_rows", lambda con: None)
    (settings := Settings(home=tmp_path)).warehouse.mkdir(parents=True)
    return settings


def built(settings: Settings, version: str) -> Path:
    """A file with what publication reads and writes."""
    path = settings.warehouse / "new.duckdb"
    con = duckdb.connect(str(path))
    con.execute("create schema meta; create schema audit")
    con.execute("create table meta.release as select 'r' as run_id, ? as version, 'c0' as content_hash", [version])
    con.execute("create table audit.run (run_id varchar, status varchar, finished_at varchar)")
    con.execute("insert into audit.run values ('r', 'running', null)")
    con.close()
    return path


def test_the_built_file_takes_the_published_name(settings: Settings) -> None:
    settings.published.with_name(settings.published.name + ".wal").write_bytes(b"left over")
    manifest = publish.publish(built(settings, "2026.11.23.1"), settings, "2026.11.23.1", "2026-11-23T10:00:00")
    assert manifest["sha256"] == sha256_of(settings.published) and manifest["content_hash"] == "c0"
    assert not list(settings.warehouse.glob("*.wal")) and not (settings.warehouse / "new.duckdb").exists()
    folder = settings.warehouse / "releases" / "2026.11.23.1"
    assert json.loads((folder / "manifest.json").read_text()) == manifest
    assert os.path.samefile(folder / settings.published.name, settings.published)
    con = duckdb.connect(str(settings.published), read_only=True)
    assert con.execute("select status, finished_at from audit.run").fetchall() == [("published", "2026-11-23T10:00:00")]
    con.close()


def test_releases_are_in_the_order_of_their_numbers(settings: Settings) -> None:
    for number in (2, 9, 10, 11):
        version = f"2026.11.23.{number}"
        publish.publish(built(settings, version), settings, version, "2026-11-23T10:00:00")
    assert [release.version for release in kept_releases(settings)] == [f"2026.11.23.{n}" for n in (11, 10, 9, 2)]
    assert next_version(settings, "2026-11-23") == "2026.11.23.12" and next_version(settings, "2026-11-24")[-2:] == ".1"
    log = settings.published.with_name("localsdg.duckdb.wal")
    log.touch()
    assert published_release(settings) is None, "a log would change the file"
    log.unlink()
    settings.published.write_bytes(settings.published.read_bytes()[:-1] + b"x")
    assert published_release(settings) is None, "a damaged file is no version"


@pytest.mark.parametrize("is_replaced", [True, False])
def test_a_publication_that_is_killed_is_completed_or_undone(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, is_replaced: bool
) -> None:
    def kill(*_: object) -> None:
        raise SystemExit

    publish.publish(built(settings, "2026.11.23.1"), settings, "2026.11.23.1", "2026-11-23T10:00:00")
    # what a kill leaves: nothing of this process is cleaned up
    monkeypatch.setattr(publish.shutil, "rmtree", lambda *_, **__: None)
    if is_replaced:
        monkeypatch.setattr(publish, "finish_release", kill)
    else:
        replace = publish.os.replace
        monkeypatch.setattr(
            publish.os, "replace", lambda old, new: kill() if new == settings.published else replace(old, new)
        )
    with pytest.raises(SystemExit):
        publish.publish(built(settings, "2026.11.23.2"), settings, "2026.11.23.2", "2026-11-23T11:00:00")
    monkeypatch.undo()
    finish_killed(settings)
    (release,) = [published_release(settings)]
    assert release is not None and release.version == ("2026.11.23.2" if is_replaced else "2026.11.23.1")
    assert len(list((settings.warehouse / "releases").iterdir())) == 1 + is_replaced


def test_a_file_system_without_hard_links_gets_a_copy(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publish.os, "link", lambda *_: (_ for _ in ()).throw(OSError("no links")))
    publish.publish(built(settings, "2026.11.23.1"), settings, "2026.11.23.1", "2026-11-23T10:00:00")
    assert sha256_of(settings.warehouse / "releases" / "2026.11.23.1" / "localsdg.duckdb") == sha256_of(
        settings.published
    )


def test_a_file_that_does_not_open_is_not_published(settings: Settings) -> None:
    settings.published.write_bytes(b"as it was")
    (path := settings.warehouse / "new.duckdb").write_bytes(b"no database" * 1000)
    with pytest.raises(duckdb.Error):
        publish.publish(path, settings, "2026.11.23.1", "2026-11-23T10:00:00")
    assert settings.published.read_bytes() == b"as it was"


def test_a_log_beside_the_built_file_stops_publication(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    path = built(settings, "2026.11.23.1")
    log = path.with_name(path.name + ".wal")
    monkeypatch.setattr(publish.meta, "count_rows", lambda con: log.write_bytes(b""))
    exists = Path.exists
    monkeypatch.setattr(Path, "exists", lambda self: self == log or exists(self))
    with pytest.raises(LocalsdgError, match="not whole"):
        publish.publish(path, settings, "2026.11.23.1", "2026-11-23T10:00:00")
    assert not exists(settings.published)


def test_a_version_belongs_to_one_file(settings: Settings) -> None:
    version = "2026.11.23.1"
    publish.publish(built(settings, version), settings, version, "2026-11-23T10:00:00")
    before = sha256_of(settings.published)
    with pytest.raises(LocalsdgError, match="another file has this version"):
        publish.publish(built(settings, version), settings, version, "2026-11-23T11:00:00")
    assert sha256_of(settings.published) == before == sha256_of(releases_folder(settings) / version / FILE)
    assert [path.name for path in releases_folder(settings).iterdir()] == [version]


def test_a_number_is_not_given_again_whatever_was_removed(settings: Settings) -> None:
    version = "2026.11.23.4"
    publish.publish(built(settings, version), settings, version, "2026-11-23T10:00:00")
    shutil.rmtree(releases_folder(settings))
    assert next_version(settings, "2026-11-23") == "2026.11.23.5", "the published file has the number"
    assert next_version(settings, "2026-11-22", ["2026.11.22.7", "", "x"]) == "2026.11.22.8"
    (releases_folder(settings) / ".2026.11.22.9.new").mkdir(parents=True)
    assert next_version(settings, "2026-11-22", ["2026.11.22.7"]) == "2026.11.22.10"
    settings.published.write_bytes(b"damaged")
    assert next_version(settings, "2026-11-23") == "2026.11.23.1"


def test_a_run_that_was_killed_after_it_had_published_is_logged_so(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = begin_run(settings, command="build")
    run.version = "2026.11.23.1"
    mark(run, "publish")
    path = settings.warehouse / f".running-{run.run_id}.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "process": "1:1"}))
    monkeypatch.setattr(publish, "complete_run", lambda con, row: None)
    monkeypatch.setattr(publish, "finish_release", lambda draft: (_ for _ in ()).throw(SystemExit))
    with pytest.raises(SystemExit):
        publish.publish(
            built(settings, run.version), settings, run.version, "2026-11-23T10:00:00", run_row(run, "published")
        )
    monkeypatch.undo()
    log_killed(settings)
    (row,) = read_runs(settings)
    assert (row["run_id"], row["status"], row["version"]) == (run.run_id, "published", "2026.11.23.1")
    assert row["notes"] == ["killed after it had published, before it ended"] and row["detail"] is None


@pytest.mark.parametrize(("today", "words"), [("2026-11-20", "version 2026.11.23.1"), ("1970-01-01", "2026.11.23.1")])
def test_a_version_never_sorts_before_an_older_one(settings: Settings, today: str, words: str) -> None:
    version = "2026.11.23.1"
    publish.publish(built(settings, version), settings, version, "2026-11-23T10:00:00")
    with pytest.raises(LocalsdgError, match=f"clock of this machine is behind.*{words}.*{today}"):
        next_version(settings, today)
    assert next_version(settings, "2026-11-22") == "2026.11.22.1", "two machines may differ by a day"


def test_a_clock_that_was_never_set_is_named(settings: Settings) -> None:
    with pytest.raises(LocalsdgError, match="expected a year from 2020 on"):
        next_version(settings, "1970-01-01")
    assert next_version(settings, "2020-01-01") == "2020.01.01.1"
