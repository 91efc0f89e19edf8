"""The bundled sites: what is in git is small and holds facts, and gives the figures of the full sites."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import duckdb
import pytest

from localsdg.common.context import RunContext
from localsdg.common.errors import LocalsdgError
from localsdg.common.settings import RESOURCES, Settings
from localsdg.maintenance.bundle import local_sites as bundle_sites
from localsdg.maintenance.bundle import un_data as bundle
from localsdg.registry.local_sites import read_sites
from localsdg.registry.official_titles import official_titles
from localsdg.sources.snapshot import Snapshot, iter_snapshots
from localsdg.staging import ledger
from localsdg.staging.local.data_file import decode, read_csv, separator
from localsdg.staging.opensdg import stage as opensdg

BUNDLE = RESOURCES / "data" / "raw" / "bundled"
LIMIT = 200
SITES = sorted(one.extra["site_id"] for one in iter_snapshots(BUNDLE, "opensdg"))
#: What may differ: the archive's hash and names; names of indicators cut at 200 characters.
FREE = {
    "local_indicator": "snapshot_sha256, entry_name, local_title",
    "local_observation": "snapshot_sha256, dimensions",
    "local_target": "snapshot_sha256",
}


def site_folders(data_root: Path) -> list[Path]:
    return [data_root / "local" / "opensdg", data_root / "local" / "actions"]


def bundled() -> list[Snapshot]:
    return list(iter_snapshots(BUNDLE, "opensdg"))


def staged(snapshots: Iterable[Snapshot]) -> duckdb.DuckDBPyConnection:
    """The sites staged and matched to the official list that is in the bundle."""
    official = next(BUNDLE.glob("unsd/*/Indicator_List.json"))
    known = [
        (one["code"], one["target"], one["goal"], one["description"], "en")
        for one in json.loads(official.read_text(encoding="utf-8"))
    ]
    areas = {code: (target, goal) for code, target, goal, *_ in known}
    known += [
        (code, *areas[code], title, language)
        for language, by_code in official_titles().items()
        for code, title in by_code.items()
        if code in areas and language != "en"
    ]
    con = duckdb.connect()
    ledger.create_ledger(con)
    opensdg.prepare(con)
    for snapshot in snapshots:
        assert opensdg.stage_newest_of_each(RunContext(con, Settings(), "run"), [[snapshot]]) == [snapshot]
    opensdg.finish(con, known)
    return con


@cache
def of_the_bundle() -> duckdb.DuckDBPyConnection:
    return staged(bundled())


@pytest.fixture(scope="module")
def of_the_sites(data_root: Path, tmp_path_factory) -> duckdb.DuckDBPyConnection:
    trees, raw = bundle_sites.site_trees(site_folders(data_root)), tmp_path_factory.mktemp("full")
    dates = {one.extra["site_id"]: one.release.split("@")[1] for one in bundled()}
    return staged(
        bundle_sites.full_snapshot(site, trees[site.site_id], raw, dates[site.site_id])
        for site in read_sites(None).values()
        if site.site_id in dates
    )


def strings(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield key
            yield from strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings(one)
    elif isinstance(value, str):
        yield value


def cells(content: bytes) -> Iterator[str]:
    text = decode(content).replace("\r\n", "\n").replace("\r", "\n")
    for record in csv.reader(io.StringIO(text), delimiter=separator(text.split("\n", 1)[0])):
        yield from record


# ---- what is in git


def test_only_production_sites_are_there_and_each_verifies() -> None:
    known = read_sites(None)
    assert len(SITES) == len(set(SITES)) >= 14
    for snapshot in bundled():
        snapshot.verify()
        assert known[snapshot.extra["site_id"]].kind == "production"
        assert snapshot.extra.items() >= known[snapshot.extra["site_id"]].facts().items()
        assert re.fullmatch("[0-9a-f]{12,40}", snapshot.extra["commit"])
        assert snapshot.extra["commit"][:7] in snapshot.origin
        assert snapshot.licence and snapshot.attribution


def test_the_whole_bundle_stays_under_15_mb() -> None:
    assert sum(path.stat().st_size for path in BUNDLE.rglob("*") if path.is_file()) < 15e6


@pytest.mark.parametrize("snapshot", bundled(), ids=lambda one: one.extra["site_id"])
def test_nothing_in_it_is_prose(snapshot: Snapshot) -> None:
    for record in [None, *snapshot.files]:
        path = snapshot.file_path(record) if record else snapshot.path / "manifest.json"
        if path.suffix == ".json":
            found = strings(json.loads(path.read_text(encoding="utf-8")))
        else:
            with zipfile.ZipFile(path) as archive:
                found = [cell for name in archive.namelist() for cell in cells(archive.read(name))]
        assert not [text for text in found if len(text) > LIMIT], path


def test_metadata_hold_no_field_of_definitions_or_wording() -> None:
    for snapshot in bundled():
        for record in snapshot.with_role("opensdg_meta"):
            for fields in json.loads(snapshot.file_path(record).read_text(encoding="utf-8")).values():
                assert not fields.keys() & {
                    "computation_definitions",
                    "national_indicator_description",
                    "SDG_TARGET",
                    "target_name",
                    "data_footnote",
                    "indicator_description",
                }
                assert re.fullmatch(r"stated|20\d\d", fields.get("barcelona_target", "stated"))


def test_placeholders_can_be_counted_from_the_bundle_alone() -> None:
    rows = (
        of_the_bundle()
        .execute(
            "select site_id, count(*) filter (is_placeholder), count(entry_name), "
            "bool_and(placeholder_rule is not null) filter (is_placeholder) "
            "from staging.local_indicator group by 1"
        )
        .fetchall()
    )
    found = {site: (placeholders, files, ruled) for site, placeholders, files, ruled in rows}
    assert found["bristol"] == (152, 258, True)
    assert found["los-angeles"] == (114, 249, True) and found["madrid"] == (210, 245, True)
    assert found["goettingen"] == (24, 91, True)


def test_the_ledger_balances_over_what_the_bundle_holds() -> None:
    con = of_the_bundle()
    loads = con.execute("select rows_in, rows_out, rows_rejected from audit.source_load").fetchall()
    assert len(loads) == len(SITES) and all(i == out + rejected for i, out, rejected in loads)
    assert con.execute("select count(*) from audit.reject").fetchone() == (sum(one[2] for one in loads),)
    # a file that was left out has no row here, and says how many it had
    assert con.execute("select count(*) from audit.reject where rule_id like 'OSDG-P%'").fetchone() == (0,)
    assert con.execute(
        "select min(n_rows) > 0 and bool_and(n_rows = n_rows_rejected) from "
        "staging.local_indicator where is_placeholder"
    ).fetchone() == (True,)


# ---- against the full sites


@pytest.mark.parametrize("table", sorted(FREE))
@pytest.mark.parametrize("site", SITES)
def test_the_bundle_gives_the_rows_of_the_full_site(of_the_sites, site: str, table: str) -> None:
    query = f"select * exclude ({FREE[table]}) from staging.{table} where site_id = ? order by all"
    expected = of_the_sites.execute(query, [site]).fetchall()
    assert of_the_bundle().execute(query, [site]).fetchall() == expected
    assert expected or table == "local_target"


def test_names_of_indicators_differ_only_where_they_were_cut(of_the_sites) -> None:
    query = "select site_id, local_indicator_id, local_title from staging.local_indicator order by all"
    expected, found = (con.execute(query).fetchall() for con in (of_the_sites, of_the_bundle()))
    for full, ours in zip(expected, found, strict=True):
        assert ours[2] == (full[2] and bundle_sites.clip(full[2]))


def test_breakdowns_differ_only_where_a_text_was_cut(of_the_sites) -> None:
    query = "select site_id, local_indicator_id, row_number, dimensions from staging.local_observation order by 1, 2, 3"
    expected, found = (con.execute(query).fetchall() for con in (of_the_sites, of_the_bundle()))
    for full, ours in zip(expected, found, strict=True):
        assert ours[3] == {key: bundle_sites.clip(text) for key, text in full[3].items()}


def bytes_below(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


@pytest.mark.long
def test_the_command_gives_the_same_bytes_twice(data_root: Path, tmp_path: Path, capsys) -> None:
    for name in ("one", "two"):
        bundle_sites.main([*map(str, site_folders(data_root)), "--output", str(tmp_path / name)])
        out = capsys.readouterr().out
        assert f"{len(SITES)} sites" in out and "basque-country left out: 174,953 rows" in out
    one = bytes_below(tmp_path / "one")
    assert one == bytes_below(tmp_path / "two")
    made, kept = bytes_below(tmp_path / "one" / "opensdg"), bytes_below(BUNDLE / "opensdg")
    assert made.keys() == kept.keys()
    for name, content in made.items():
        if name.endswith(".zip"):  # another zlib may pack the same files in other bytes
            with zipfile.ZipFile(io.BytesIO(content)) as new, zipfile.ZipFile(io.BytesIO(kept[name])) as old:
                assert new.namelist() == old.namelist(), name
                assert all(new.read(member) == old.read(member) for member in new.namelist()), name
        elif not name.endswith("manifest.json"):
            assert content == kept[name], name


@pytest.mark.long
def test_each_command_replaces_its_own_part_alone(data_root: Path, tmp_path: Path) -> None:
    for name in ("unsd", "m49", "opensdg", "reviews"):
        (tmp_path / name / "old").mkdir(parents=True)
    bundle_sites.make_bundle(site_folders(data_root), tmp_path)
    assert [(tmp_path / name / "old").exists() for name in ("unsd", "m49", "opensdg", "reviews")] == [
        True,
        True,
        False,
        True,
    ]
    bundle.make_bundle(data_root / "un", tmp_path, "2026-11-23")
    assert [(tmp_path / name / "old").exists() for name in ("unsd", "m49", "reviews")] == [False, False, True]
    readme = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "| unsd |" in readme and "| opensdg | bristol@" in readme and str(tmp_path) not in readme


# ---- the command


def test_bad_folders_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "sites"
    with pytest.raises(LocalsdgError, match="no such folder of sites"):
        bundle_sites.make_bundle([folder], tmp_path / "out")
    folder.mkdir()
    with pytest.raises(LocalsdgError, match="no production site"):
        bundle_sites.make_bundle([folder], tmp_path / "out")
    (folder / "opensdg_bristol").mkdir()
    with pytest.raises(LocalsdgError, match="the lists lack sites"):
        bundle_sites.make_bundle([folder], tmp_path / "out")
    with pytest.raises(LocalsdgError, match="that is no date"):
        bundle_sites.make_bundle([folder], tmp_path / "out", "yesterday")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"Year,Sex,Empty,Value\n2020,,,1\n2021,F,,2\n", b"Year,Sex,Value\n2020,,1\n2021,F,2\n"),
        (b"Year;Units;Empty;Value\r\n2020;;;1,50\r\n", b"Year;Units;Value\n2020;;1,50\n"),
        (b"Year,Value\n2020,1\n", b"Year,Value\n2020,1\n"),
        (b"Year,Empty,Value\n", b"Year,Empty,Value\n"),
        (b"Year,Empty,Value\n2020,,1,2\n", b"Year,Empty,Value\n2020,,1,2\n"),
    ],
)
def test_a_data_file_loses_empty_columns_and_nothing_else(content: bytes, expected: bytes) -> None:
    assert bundle_sites.needed(content, read_csv(content, "1-1-1.csv", "1-1-1")) == expected


def test_a_long_text_is_cut_at_a_word() -> None:
    text = "word " * 60
    assert bundle_sites.clip("a name") == "a name"
    assert len(bundle_sites.clip(text)) <= LIMIT and bundle_sites.clip(text).endswith("word …")
