"""What stays of versions and snapshots, what goes, and why."""

from __future__ import annotations

import json
import os
import shutil
import threading
import time
from pathlib import Path

import pytest

from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.common.settings import Settings
from localsdg.pipeline import retention
from localsdg.pipeline.run import begin_run, remove_leftovers, sweep, writing
from localsdg.sources.snapshot import SnapshotWriter, sha256_of
from localsdg.warehouse import keeping
from localsdg.warehouse.publish import next_version
from localsdg.warehouse.releases import finish_killed


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, keep_versions=2, keep_snapshots=2)


def publish(settings: Settings, *versions: str, snapshots: tuple[str, ...] = ()) -> None:
    """Kept versions, each built from the snapshots of that name; the last one is the published file."""
    for version in versions:
        folder = settings.warehouse / "releases" / version
        folder.mkdir(parents=True)
        file = folder / "localsdg.duckdb"
        file.write_text(version)
        used = [{"source": "opensdg", "release": name, "bundled": False} for name in snapshots]
        facts = {"version": version, "bytes": len(version), "sha256": sha256_of(file), "snapshots": used}
        (folder / "manifest.json").write_text(json.dumps(facts))
        settings.published.unlink(missing_ok=True)
        os.link(file, settings.published)


def pull(settings: Settings, *releases: str, source: str = "opensdg") -> None:
    for release in releases:
        writer = SnapshotWriter(
            settings.raw, source, release, origin="o", licence="l", attribution="a", extra={"site_id": "city"}
        )
        writer.add("data.csv", "data", release.encode())
        writer.commit()


def said(settings: Settings, kind: str) -> dict[str, tuple[bool, str]]:
    return {item.name: (item.goes, item.reason.split(":")[0]) for item in retention.plan(settings) if item.kind == kind}


def names(settings: Settings) -> list[str]:
    return sorted(path.name for path in (settings.warehouse / "releases").iterdir())


def test_of_versions_the_newest_the_last_of_a_year_the_pinned_and_the_cited_stay(settings: Settings) -> None:
    publish(settings, "2024.05.01.1", "2024.12.30.1", "2025.01.02.2", "2025.01.02.10", "2025.02.01.1", "2025.03.01.1")
    publish(settings, "2025.04.01.1", "2025.04.01.2", "2026.01.01.1")
    keeping.pin(settings, "2025.01.02.2", 'the "side event", São Paulo \\ 2025')
    (settings.home / "data" / "cited.json").write_text(
        json.dumps([{"version": "2025.02.01.1", "by": "localsdg cite", "output": "", "at": "2025-02-03T00:00:00"}])
    )
    assert said(settings, "version") == {
        "2026.01.01.1": (False, "the published version"),
        "2025.04.01.2": (False, "among the newest 2"),
        "2025.04.01.1": (True, "older than the newest 2"),
        "2025.03.01.1": (True, "older than the newest 2"),
        "2025.02.01.1": (False, "cited by localsdg cite on 2025-02-03"),
        "2025.01.02.10": (True, "older than the newest 2"),
        "2025.01.02.2": (False, "pinned"),
        "2024.12.30.1": (False, "the last version of 2024"),
        "2024.05.01.1": (True, "older than the newest 2"),
    }
    with writing(settings):
        gone = retention.prune(settings)
    assert [item.name for item in gone if item.bytes] == [
        "2025.04.01.1",
        "2025.03.01.1",
        "2025.01.02.10",
        "2024.05.01.1",
    ]
    assert names(settings) == ["2024.12.30.1", "2025.01.02.2", "2025.02.01.1", "2025.04.01.2", "2026.01.01.1"]
    assert (
        settings.published.read_text() == "2026.01.01.1"
        and [item for item in retention.plan(settings) if item.goes] == []
    )
    keeping.unpin(settings, "2025.01.02.2")
    keeping.unpin(settings, "2025.02.01.1")
    assert [name for name, (goes, _) in said(settings, "version").items() if goes] == ["2025.02.01.1", "2025.01.02.2"]


def test_a_file_that_has_a_second_name_frees_nothing(settings: Settings) -> None:
    publish(settings, "2026.01.01.1")
    (item,) = retention.plan(settings)
    assert item.bytes == len((item.path / "manifest.json").read_text())


def test_of_snapshots_the_newest_whole_ones_and_those_of_kept_versions_stay(settings: Settings) -> None:
    days = [f"city@2026-01-0{day}" for day in range(1, 8)]
    pull(settings, *days, "city@2026-01-07.2", "city@2026-01-07.10")
    pull(settings, "city@2026-01-01", source="table")
    publish(settings, "2026.01.02.1", snapshots=(days[0],))
    publish(settings, "2026.01.03.1", snapshots=(days[2],))
    # the newest is damaged, and so is one between: they do not count, and stay to be looked at
    (settings.raw / "opensdg" / "city@2026-01-07.10" / "data.csv").write_text("other")
    (settings.raw / "opensdg" / "city@2026-01-07" / "data.csv").unlink()
    stay = {name for name, (goes, _) in said(settings, "snapshot").items() if not goes}
    newest = ["city@2026-01-07.10", "city@2026-01-07.2", "city@2026-01-07", days[5]]
    assert stay == {f"opensdg/{name}" for name in (*newest, days[0], days[2])} | {"table/city@2026-01-01"}
    with writing(settings):
        retention.prune(settings)
    assert sorted(path.name for path in (settings.raw / "opensdg").iterdir()) == sorted([*newest, days[0], days[2]])


def test_where_a_kept_version_cannot_tell_what_it_was_built_from_no_snapshot_goes(settings: Settings) -> None:
    pull(settings, *(f"city@2026-01-0{day}" for day in range(1, 6)))
    publish(settings, "2026.01.02.1")
    (settings.warehouse / "releases" / "2026.01.02.1" / "manifest.json").write_text("{")
    assert {reason for _, reason in said(settings, "snapshot").values()} == {
        "what version 2026.01.02.1 was built from is not known"
    }


def test_leftovers_of_killed_pulls_go_when_nobody_resumes_them(settings: Settings) -> None:
    pull(settings, "city@2026-01-01")
    for name in ("unsd/2025-07-10", "unsd/2026-01-10"):
        (settings.raw / name).mkdir(parents=True)
        (settings.raw / name / "manifest.partial.jsonl").write_text("{}")
    stray = settings.raw / "opensdg" / "city@2026-01-01" / ".data.csv.tmp"
    stray.write_text("half")
    old = time.time() - 40 * 86_400
    for path in (
        stray,
        settings.raw / "unsd" / "2025-07-10" / "manifest.partial.jsonl",
        settings.raw / "unsd" / "2025-07-10",
    ):
        os.utime(path, (old, old))
    with writing(settings):
        assert sorted(item.name for item in retention.prune(settings)) == [".data.csv.tmp", "unsd/2025-07-10"]
    assert [path.name for path in (settings.raw / "unsd").iterdir()] == ["2026-01-10"] and not stray.exists()


def test_of_a_link_the_link_alone_goes_and_a_folder_of_others_stays(settings: Settings, tmp_path: Path) -> None:
    publish(settings, "2025.01.02.1", "2025.03.01.1", "2026.01.01.1", "2026.02.01.1")
    root, away = settings.warehouse / "releases", tmp_path / "away"
    (root / "2025.01.02.1").rename(away)
    (root / "2025.01.02.1").symlink_to(away)
    (root / ".loop.gone").symlink_to(root)
    (root / ".root.gone").symlink_to("/")
    (root / "2025.02.02.1 (copy)").mkdir()
    (root / "notes").mkdir()
    gone = retention.prune(settings)
    assert {item.name for item in gone} == {"2025.01.02.1", ".loop.gone", ".root.gone"} and all(i.goes for i in gone)
    assert names(settings) == ["2025.02.02.1 (copy)", "2025.03.01.1", "2026.01.01.1", "2026.02.01.1", "notes"]
    assert (away / "localsdg.duckdb").is_file()


def test_what_cannot_be_removed_is_reported(settings: Settings, cli, monkeypatch) -> None:
    publish(settings, "2025.01.02.1", "2025.03.01.1", "2026.01.01.1", "2026.02.01.1")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(retention.shutil, "rmtree", refuse)
    result = cli(settings.home, "prune", LOCALSDG_KEEP_VERSIONS="2")
    assert result.exit_code == 1 and "keeps version 2025.01.02.1: older than" in result.output
    assert "cannot be removed: Permission denied" in result.output and "removed 0" in result.output


def test_a_list_that_cannot_be_read_stops_the_removal_and_no_run(settings: Settings) -> None:
    publish(settings, *(f"2026.01.0{day}.1" for day in range(1, 6)))
    (settings.home / "data" / "pinned.toml").write_text("[[pinned\n")
    with pytest.raises(LocalsdgError, match="pinned versions cannot be read"):
        retention.plan(settings)
    run = begin_run(settings)
    retention.clear_old(run)
    assert len(names(settings)) == 5 and "localsdg prune" in run.notes[0]


def test_the_commands_say_what_goes_and_why_the_rest_stays(settings: Settings, cli) -> None:
    publish(settings, *(f"2026.01.0{day}.1" for day in range(1, 5)))
    env = {"LOCALSDG_KEEP_VERSIONS": "2"}
    home = settings.home
    assert cli(home, "pin", "2026.01.01.1", "--reason", "the talk").output == "pinned 2026.01.01.1: the talk\n"
    for wrong in (("pin", "2026.01.09.1", "--reason", "x"), ("pin", "2026.01.02.1"), ("unpin", "2026.01.02.1")):
        assert cli(home, *wrong).exit_code == 2
    with writing(settings):
        dry = cli(home, "prune", "--dry-run", **env)
        assert cli(home, "prune", **env).exit_code == 1, "a run that builds holds the lock"
    assert "would remove version 2026.01.02.1: older than the newest 2" in dry.output
    assert "keeps version 2026.01.01.1: pinned: the talk" in dry.output and len(names(settings)) == 4
    done = json.loads(cli(home, "prune", "--json", **env).output)
    assert [item["name"] for item in done["items"] if item["goes"]] == ["2026.01.02.1"] and done["bytes"] > 0
    assert names(settings) == ["2026.01.01.1", "2026.01.03.1", "2026.01.04.1"]
    assert "pinned 2026.01.01.1: the talk" in cli(home, "pin", "--list").output
    assert cli(home, "unpin", "2026.01.01.1").output == "no longer pinned: the talk\n"
    assert cli(home, "pin", "--list").output == "nothing is pinned or cited\n"


def test_figures_written_again_into_a_folder_cite_the_newer_version(settings: Settings, monkeypatch) -> None:
    import duckdb

    def version(name: str) -> None:
        settings.published.parent.mkdir(parents=True, exist_ok=True)
        settings.published.unlink(missing_ok=True)
        with duckdb.connect(str(settings.published)) as con:
            con.execute(f"create schema meta; create table meta.release as select '{name}' as version")

    version("1")
    assert keeping.note_cited(settings, "localsdg cite") is None
    assert keeping.note_cited(settings, "localsdg figures", settings.home / "weekly") is None
    version("2")
    keeping.note_cited(settings, "localsdg figures", settings.home / "weekly")
    keeping.note_cited(settings, "localsdg cite")
    assert sorted((one.version, one.by) for one in keeping.read_cited(settings)) == [
        ("1", "localsdg cite"),
        ("2", "localsdg cite"),
        ("2", "localsdg figures"),
    ]
    monkeypatch.setattr(keeping, "write_json", lambda *_: (_ for _ in ()).throw(OSError(30, "Read-only file system")))
    assert "localsdg pin 2" in (keeping.note_cited(settings, "localsdg cite") or "")


def test_a_pin_needs_a_reason(settings: Settings) -> None:
    publish(settings, "2026.01.01.1")
    with pytest.raises(UsageError, match="needs a reason"):
        keeping.pin(settings, "2026.01.01.1", " \n")
    keeping.pin(settings, "2026.01.01.1", "one")
    keeping.pin(settings, "2026.01.01.1", "two\x7f lines\nin one")
    (pinned,) = keeping.read_pins(settings)
    assert pinned.reason == "two lines in one"


# ------------------------------------------------------------------ a pinned version is never removed

_PINNED = "2025.01.02.1"
_ALL = (_PINNED, "2025.02.01.1", "2025.03.01.1", "2026.01.01.1", "2026.02.01.1", "2026.03.01.1")


@pytest.fixture
def pinned(settings: Settings) -> Settings:
    """A home of which the policy would keep the newest two, and one that is pinned."""
    publish(settings, *_ALL)
    keeping.pin(settings, _PINNED, "the slides")
    return settings


@pytest.mark.parametrize(
    "remove",
    [
        lambda settings, cli: retention.prune(settings),
        lambda settings, cli: retention.clear_old(begin_run(settings)),
        lambda settings, cli: cli(settings.home, "prune", LOCALSDG_KEEP_VERSIONS="1", LOCALSDG_KEEP_SNAPSHOTS="1"),
        lambda settings, cli: sweep(settings),
        lambda settings, cli: remove_leftovers(settings),
        lambda settings, cli: finish_killed(settings),
    ],
    ids=["prune", "publication", "command", "sweep", "leftovers", "killed"],
)
def test_whatever_removes_versions_leaves_a_pinned_one_as_it_is(pinned: Settings, cli, remove) -> None:
    folder = pinned.warehouse / "releases" / _PINNED
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    remove(pinned, cli)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before and _PINNED in names(pinned)
    assert [one.version for one in keeping.read_pins(pinned)] == [_PINNED]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n \n",
        "[[pinned]]\nversion = ",
        '[[pined]]\nversion = "2025.01.02.1"\nreason = "r"\n',
        '[[pinned]]\nversion = 2025.01\nreason = "r"\n',
        '[[pinned]]\nversion = "2025.01.02.1 "\nreason = "r"\n',
        '[[pinned]]\nreason = "r"\n',
        'pinned = "2025.01.02.1"\n',
        "pinned = 1\n",
        b"\xff\xfe\x00",
    ],
)
def test_a_damaged_list_of_pins_removes_nothing(pinned: Settings, cli, text) -> None:
    path = pinned.home / "data" / "pinned.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    retention.clear_old(run := begin_run(pinned))
    assert "localsdg prune" in run.notes[0]
    result = cli(pinned.home, "prune", LOCALSDG_KEEP_VERSIONS="1")
    assert result.exit_code == 1 and "pinned versions cannot be read" in result.stderr
    assert names(pinned) == sorted(_ALL)


@pytest.mark.parametrize("text", ["", "{}", "null", '[{"version": "2025.01.02.1"}]', "[1]"])
def test_a_damaged_list_of_citations_removes_nothing(pinned: Settings, text) -> None:
    (pinned.home / "data" / "cited.json").write_text(text)
    with pytest.raises(LocalsdgError, match="cited versions cannot be read"):
        retention.prune(pinned)
    assert names(pinned) == sorted(_ALL)


def test_a_version_that_is_pinned_while_another_process_prunes_stays_or_the_pin_fails(
    settings: Settings, monkeypatch
) -> None:
    publish(settings, *_ALL)
    started, outcome = threading.Event(), []
    planned = retention.plan

    def slow_plan(given: Settings) -> list[retention.Item]:
        items = planned(given)
        started.set()
        time.sleep(0.3)  # the pin comes now
        return items

    def pin() -> None:
        started.wait()
        try:
            outcome.append(keeping.pin(settings, "2025.02.01.1", "late").version)
        except UsageError as error:
            outcome.append(str(error))

    monkeypatch.setattr(retention, "plan", slow_plan)
    other = threading.Thread(target=pin)
    other.start()
    retention.prune(settings)
    other.join()
    assert "no such version" in outcome[0] and "2025.02.01.1" not in names(settings)
    assert keeping.read_pins(settings) == []


def test_what_a_pinned_version_leads_to_stays_and_a_link_to_a_pinned_one_goes_alone(pinned: Settings) -> None:
    root = pinned.warehouse / "releases"
    # the pinned version is a link to an old one, and the file of another pinned one is a link, too
    (root / _PINNED / "manifest.json").unlink()
    (root / _PINNED / "localsdg.duckdb").unlink()
    (root / _PINNED).rmdir()
    (root / _PINNED).symlink_to("2025.02.01.1", target_is_directory=True)
    keeping.pin(pinned, "2026.01.01.1", "the paper")
    (root / "2026.01.01.1" / "localsdg.duckdb").unlink()
    (root / "2026.01.01.1" / "localsdg.duckdb").symlink_to("../2025.03.01.1/localsdg.duckdb")
    (root / "2024.01.01.1").symlink_to("2026.01.01.1", target_is_directory=True)
    (root / "2024.01.02.1").symlink_to("2024.01.01.1", target_is_directory=True)
    retention.prune(pinned)
    for version, text in ((_PINNED, "2025.02.01.1"), ("2026.01.01.1", "2025.03.01.1")):
        assert (root / version / "localsdg.duckdb").read_text() == text
    assert said(pinned, "version")["2025.02.01.1"] == (False, f"version {_PINNED} leads to it")


def test_the_number_of_a_version_that_something_names_is_not_given_again(pinned: Settings) -> None:
    publish(pinned, "2026.11.27.1", "2026.11.27.2")
    keeping.pin(pinned, "2026.11.27.2", "the slides")
    assert next_version(pinned, "2026-11-27") == "2026.11.27.3"
    shutil.rmtree(pinned.warehouse / "releases" / "2026.11.27.2")
    assert next_version(pinned, "2026-11-27") == "2026.11.27.3" and next_version(pinned, "2026-11-28").endswith("28.1")
    (pinned.home / "data" / "pinned.toml").write_text("[[pinned")
    assert next_version(pinned, "2026-11-27") == "2026.11.27.2", "a list that cannot be read stops no run"
