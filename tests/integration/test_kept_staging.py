"""Rows that staging keeps of each snapshot: the same as those that it makes, and never of other inputs."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import duckdb
import pytest
from record_helpers import written
from samples import ACTION, REVIEW
from test_site_faults import META, repository

from localsdg.common.context import RunContext
from localsdg.common.kept import KeptParts
from localsdg.common.settings import Settings
from localsdg.pipeline import stages as pipeline
from localsdg.registry.tables import ensure_tables, schema_tables
from localsdg.sources.records.intake import take_actions, take_reviews
from localsdg.sources.snapshot import MANIFEST, Snapshot, SnapshotWriter, read_snapshot
from localsdg.staging import kept, ledger
from localsdg.staging.kept import StagedParts
from localsdg.staging.local import newest
from localsdg.staging.raw_folder import read_raw
from localsdg.staging.registered import registered
from localsdg.staging.source import Staging, stage_snapshots

ROWS = "Year,Value\n2019,{0}\n2020,{1}\n2021,odd\n"


def add(raw: Path, source: str, release: str, files: list[tuple[str, str, bytes]], **extra: str) -> Path:
    writer = SnapshotWriter(raw, source, release, origin="here", licence="none", attribution="them", extra=extra)
    with writer:
        for name, role, body in files:
            writer.add(name, role, body, fetched_at="2026-01-01T00:00:00+00:00")
    return writer.commit().path


def add_site(raw: Path, site_id: str, number: int, day: str = "2026-01-02") -> Path:
    body = repository(
        {
            "data/indicator_1-1-1.csv": ROWS.format(number, number + 1.5).encode(),
            "meta/1-1-1.md": META,
            "data/indicator_2-1-1.csv": b"no table",
        }
    )
    facts = {"site_id": site_id, "local_government": site_id.title(), "level": "city", "country_iso3": "GBR"}
    return add(raw, "opensdg", f"{site_id}@{day}", [("repository.zip", "opensdg_repository", body)], **facts)


@pytest.fixture
def settings(tmp_path: Path, fixtures: Path, add_lists: Callable[[Path], Path]) -> Settings:
    """A home with something of every kept source; a UN file whose rows are partly rejected."""
    home = Settings(home=add_lists(tmp_path / "home"), threads=2, memory_limit="500MB", parts=str(tmp_path / "parts"))
    bulk = (fixtures / "unsd" / "bulk_excerpt.csv").read_bytes()
    add(home.raw, "unsd", "2020-10-19", [("a.csv", "bulk_csv", bulk)])
    for number, name in enumerate(("weirford", "mereham", "aldwick")):
        add_site(home.raw, name, 10 * number)
    rows = [REVIEW, {**REVIEW, "review_year": "1066"}, {**REVIEW, "url": "https://other.org/m"}]
    take_reviews(home, written(tmp_path / "r.csv", rows), release="2024-01", accept_partial=True)
    take_reviews(home, written(tmp_path / "r2.csv", [{**REVIEW, "source": "B"}]), release="2024-02")
    take_actions(home, written(tmp_path / "a.csv", [ACTION]), release="2024-03")
    return home


def tables_of(settings: Settings, parts: StagedParts, run_id: str = "run") -> dict[str, list[tuple]]:
    """Every staging and ledger table after staging, row by row in their order, without the id of the run."""
    with closing(duckdb.connect(config={"threads": 1})) as con:
        ledger.create_ledger(con)
        ensure_tables(con, (table.name for table in schema_tables("staging")))
        snapshots, aside = read_raw(settings.raw)
        assert not aside
        stage_snapshots(Staging(RunContext(con, settings, run_id), parts=parts), registered(), snapshots)
        names = con.execute(
            "select schema_name || '.' || table_name from duckdb_tables() where not temporary order by 1"
        ).fetchall()
        for (name,) in names:
            if name.startswith("audit."):
                assert con.execute(f"select distinct run_id from {name}").fetchall() in ([], [(run_id,)])
        return {name: con.execute(f"{kept.select_kept(con, name)} order by rowid").fetchall() for (name,) in names}


def parts_of(settings: Settings) -> StagedParts:
    return StagedParts(KeptParts(settings.parts_folder), settings)


def counts(parts: StagedParts) -> tuple[int, int, int]:
    return parts.store.used, parts.store.made, len(parts.store.corrupt)


def test_kept_rows_are_those_that_staging_makes_in_every_table_and_order(settings: Settings) -> None:
    fresh = tables_of(settings, StagedParts(KeptParts(None), settings))
    for name in ("observation", "series", "review", "action", "action_partner", "local_observation", "local_indicator"):
        assert fresh[f"staging.{name}"], name
    assert fresh["audit.reject"] and fresh["audit.quarantine"]
    first, second = parts_of(settings), parts_of(settings)
    assert tables_of(settings, first) == fresh
    # two UN releases, three sites and their matches, two releases of reviews, one of actions
    assert counts(first) == (0, 11, 0)
    assert tables_of(settings, second, "another run") == fresh
    assert counts(second) == (11, 0, 0)
    assert not first.notes and not second.notes

    # one site of three changed, and an older snapshot of another one is used: parts of what was before are there
    add_site(settings.raw, "mereham", 70, "2026-02-02")
    for path in (settings.raw / "opensdg" / "mereham@2026-01-02").iterdir():
        path.unlink()
    path.parent.rmdir()
    third = parts_of(settings)
    changed = tables_of(settings, third)
    assert counts(third) == (10, 1, 0)
    assert changed == tables_of(settings, StagedParts(KeptParts(None), settings)) != fresh


def test_a_damaged_part_is_named_and_made_again(settings: Settings) -> None:
    fresh = tables_of(settings, parts_of(settings))
    assert settings.parts_folder
    for file in sorted(settings.parts_folder.glob("*/staging.local_observation.parquet"))[:1]:
        file.write_bytes(file.read_bytes()[:-9] + b"\0" * 9)
    for file in sorted(settings.parts_folder.glob("*/staging.observation.parquet")):
        file.unlink()
    again = parts_of(settings)
    assert tables_of(settings, again) == fresh
    assert counts(again) == (9, 2, 2)
    assert any("the kept part of unsd 2020-10-19 was damaged" in note for note in again.notes)
    assert sum("the kept part of opensdg" in note for note in again.notes) == 1


def test_parts_that_memory_cannot_hold_are_no_end(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = tables_of(settings, StagedParts(KeptParts(None), settings))
    load, calls = newest.load_sites, []

    def at_first_without_memory(*given: object) -> None:
        calls.append(given)
        if len(calls) == 1:
            raise duckdb.OutOfMemoryException("no room")
        load(*given)

    monkeypatch.setattr(newest, "load_sites", at_first_without_memory)
    assert tables_of(settings, parts_of(settings)) == fresh
    assert len(calls) == 2


@pytest.mark.long
def test_a_part_that_goes_while_it_is_read_is_staged_after_all(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = tables_of(settings, parts_of(settings))
    look = KeptParts.get

    def get(store: KeptParts, key: str) -> Path | None:
        folder = look(store, key)
        if folder and not is_gone:
            for file in [*folder.glob("staging.local_title.parquet"), *folder.glob("staging.action.parquet")]:
                is_gone.append(file)
                file.write_bytes(b"")
        return folder

    is_gone: list[Path] = []
    monkeypatch.setattr(KeptParts, "get", get)
    again = parts_of(settings)
    assert tables_of(settings, again) == fresh
    assert is_gone and any("cannot be read; it was staged again" in note for note in again.notes)


def test_files_are_verified_also_where_their_rows_are_kept(settings: Settings) -> None:
    tables_of(settings, parts_of(settings))
    for path in settings.raw.glob("opensdg/*/repository.zip"):
        path.write_bytes(path.read_bytes() + b"x")
    next(settings.raw.glob("unsd/2020-10-19/a.csv")).unlink()
    again = parts_of(settings)
    found = tables_of(settings, again)
    assert found["staging.local_observation"] == [] and found["staging.observation"] == []
    assert len([row for row in found["audit.quarantine"] if "OSDG-S01" in row]) == 3
    assert found == tables_of(settings, StagedParts(KeptParts(None), settings))


def test_the_key_holds_the_manifest_the_code_the_lists_and_the_year(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = settings.raw / "unsd" / "2020-10-19"
    snapshot = read_snapshot(folder)
    assert snapshot
    key = parts_of(settings)._key
    moved = Snapshot(**{**vars(snapshot), "path": Path("elsewhere")})
    assert key(moved) == key(snapshot)
    body = json.loads((folder / MANIFEST).read_text())
    keys = {key(snapshot)}
    for change in ({"fetched_at": "2026-01-03"}, {"attribution": "others"}, {"extra": {"kind": "x"}}):
        (folder / MANIFEST).write_text(json.dumps({**body, **change}))
        changed = read_snapshot(folder)
        assert changed
        keys.add(key(changed))
    (settings.home / "data" / "places.csv").write_text("a,b\n")
    keys.add(parts_of(settings)._key(snapshot))
    (settings.home / "data" / "corrections.toml").write_text("# applied to all rows, after the parts\n")
    assert parts_of(settings)._key(snapshot) in keys
    monkeypatch.setattr(kept, "library_lines", lambda: ["duckdb 9.9"])
    keys.add(parts_of(settings)._key(snapshot))
    monkeypatch.setattr(kept, "PACKAGE", Path(kept.__file__).parent)
    keys.add(parts_of(settings)._key(snapshot))
    assert len(keys) == 7


@pytest.mark.long
def test_what_the_machine_could_not_read_is_not_kept(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from localsdg.staging.opensdg import archive
    from localsdg.staging.records import stage as records

    def fails(*_: object, **__: object) -> None:
        raise MemoryError("too little")

    with monkeypatch.context() as broken:
        broken.setattr(archive, "read_csv", fails)
        broken.setattr(records, "stage_actions", fails)
        first = parts_of(settings)
        tables_of(settings, first)
    assert counts(first) == (0, 7, 0), "the two UN releases, the two of reviews, and the matches of what was read"
    assert tables_of(settings, parts_of(settings)) == tables_of(settings, StagedParts(KeptParts(None), settings))


def test_a_folder_that_takes_no_parts_is_a_note(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    parts = StagedParts(KeptParts(tmp_path / "file" / "parts"), settings)
    assert tables_of(settings, parts) == tables_of(settings, StagedParts(KeptParts(None), settings))
    assert counts(parts) == (0, 0, 0)
    assert len(parts.notes) == 1 and parts.notes[0].startswith("what was staged is not kept for the next run")


def test_a_fresh_run_has_no_parts(small_home: Path, tmp_path: Path) -> None:
    settings = Settings(home=small_home, parts=str(tmp_path / "parts"))
    for is_fresh, made in ((True, 0), (False, 1)):
        run = pipeline.start_run(settings, with_bundled=False, fresh=is_fresh)
        pipeline.stage(run)
        run.drop()
        assert run.loads and (run.kept.used, run.kept.made) == (0, made)
        assert len(list((tmp_path / "parts").glob("*"))) == made


@pytest.mark.long
def test_fresh_builds_neither_read_nor_write_parts(small_home: Path, tmp_path: Path, cli: Callable) -> None:
    folder = tmp_path / "parts"
    environment = {"LOCALSDG_PARTS": str(folder)}
    first = json.loads(cli(small_home, "build", "--no-bundled", "--json", **environment).stdout)
    assert first["kept_parts"] == {"used": 0, "made": 1, "damaged": 0}
    before = sorted(folder.rglob("*"))
    fresh = json.loads(cli(small_home, "build", "--no-bundled", "--fresh", "--json", **environment).stdout)
    assert (fresh["kept_parts"]["used"], fresh["status"]) == (0, "unchanged")
    assert sorted(folder.rglob("*")) == before
    forced = json.loads(cli(small_home, "build", "--no-bundled", "--force", "--json", **environment).stdout)
    assert forced["kept_parts"]["used"] == 1
    assert forced["content_hash"] == first["content_hash"]
