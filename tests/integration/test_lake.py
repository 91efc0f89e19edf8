"""`localsdg lake`: several writers and readers of a DuckLake whose catalogue is in a real PostgreSQL.

Which rows are written is tested on a DuckDB file in the place of the lake, where the extensions are not needed.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path

import duckdb
import pytest
from postgres_server import postgres_server
from small_warehouse import keep_versions

from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.common.settings import Settings
from localsdg.registry.lake import declared_names, lake_sources, lake_tables
from localsdg.registry.tables import schema_tables
from localsdg.warehouse.lake.catalog import load_extension, open_lake, parse_catalog
from localsdg.warehouse.lake.publish import publish, write_tables
from localsdg.warehouse.lake.read import lake_versions, query_lake

PASSWORD = "a-secret-word"


def has_extensions() -> bool:
    with duckdb.connect() as con:
        try:
            load_extension(con, "ducklake")
            load_extension(con, "postgres_scanner")
        except LocalsdgError:
            return False
    return True


needs_extensions = pytest.mark.skipif(
    not has_extensions(), reason="DuckDB's extensions ducklake and postgres are not installed: make scale"
)


@cache
def small_file() -> bytes:
    """The small warehouse as a file."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder))
        keep_versions(settings, "small")
        return settings.published.read_bytes()


def office(folder: Path, version: str, *changes: str) -> Settings:
    """The home of an office with a small warehouse in which these statements were run."""
    settings = Settings(home=folder)
    settings.warehouse.mkdir(parents=True)
    settings.published.write_bytes(small_file())
    with duckdb.connect(str(settings.published)) as con:
        con.execute("update meta.release set version = ?", [version])
        for sql in changes:
            con.execute(sql)
    return settings


def test_every_table_of_core_has_one_writer_or_is_a_list() -> None:
    core = sorted(table.name for table in schema_tables("core") if table.kind == "table")
    assert sorted(declared_names()) == core
    for source in lake_sources():
        tables = lake_tables([source])
        for one in tables:
            assert one.part is None or one.part in one.table.column_names, one.table.name
        assert {one.table.schema for one in tables} == {"core"}


class TestRowsWritten:
    """What one writer changes, on an attached DuckDB file."""

    @pytest.fixture
    def con(self, tmp_path):
        with duckdb.connect() as con:
            con.execute(f"attach '{tmp_path / 'lake.duckdb'}' as lake")
            yield con

    def take(self, con, settings: Settings, sources=(), sites=()) -> dict[str, int]:
        con.execute(f"attach '{settings.published}' as warehouse (read_only)")
        try:
            return write_tables(con, lake_tables(sources), sites)
        finally:
            con.execute("detach warehouse")

    def sites(self, con) -> list[tuple]:
        return con.execute(
            "select site_id, count(*), sum(value) from lake.core.local_observation group by 1 order by 1"
        ).fetchall()

    def test_the_whole_file_then_only_what_differs(self, con, tmp_path) -> None:
        first = office(tmp_path / "a", "2026.11.27.1")
        written = self.take(con, first)
        assert written["core.observation"] == 5 and written["evidence.metric_value"] == 3
        assert self.take(con, first) == {}
        second = office(
            tmp_path / "b", "2026.11.28.1", "update core.observation set value = 38 where release = '2023-12-17'"
        )
        assert self.take(con, second) == {"core.observation": 2, "meta.release": 1}
        rows = "select * from {}.core.observation order by all"
        con.execute(f"attach '{second.published}' as w (read_only)")
        assert con.execute(rows.format("lake")).fetchall() == con.execute(rows.format("w")).fetchall()

    def test_a_site_is_replaced_and_the_others_stay(self, con, tmp_path) -> None:
        self.take(con, office(tmp_path / "a", "2026.11.27.1"))
        b = office(
            tmp_path / "b",
            "2026.11.27.2",
            "update core.local_observation set value = 7",
            "delete from core.local_observation where site_id = 'auburn'",
            "insert into core.area by name select '724' as area_code, 'Spain' as name",
        )
        written = self.take(con, b, ["opensdg"], ["bristol"])
        assert written == {"core.local_observation": 1, "core.area": 1}
        assert self.sites(con) == [("auburn", 2, 2.0), ("bristol", 1, 7.0)]
        self.take(con, b, ["opensdg"])
        assert self.sites(con) == [("bristol", 1, 7.0)], "the source as a whole: what it no longer has is gone"

    def test_a_list_keeps_what_another_office_added(self, con, tmp_path) -> None:
        add = "insert into core.area by name select '{}' as area_code, '{}' as name"
        self.take(con, office(tmp_path / "a", "1", add.format("724", "Spain")), ["unsd"])
        changed = office(tmp_path / "b", "2", add.format("404", "Kenya"), add.format("724", "España"))
        self.take(con, changed, ["opensdg"])
        areas = con.execute("select area_code, name from lake.core.area order by 1").fetchall()
        assert areas == [("404", "Kenya"), ("724", "España")]
        assert con.execute("select count(*) from lake.core.observation").fetchone() == (5,)

    def test_other_columns_are_refused_for_a_part_and_taken_for_the_whole(self, con, tmp_path) -> None:
        self.take(con, office(tmp_path / "a", "1"))
        newer = office(tmp_path / "b", "2", "alter table core.local_site add column mayor varchar")
        with pytest.raises(LocalsdgError, match="another version of localsdg"):
            self.take(con, newer, ["opensdg"], ["bristol"])
        assert self.take(con, newer)["core.local_site"] == 2
        assert "mayor" in [row[0] for row in con.execute("describe lake.core.local_site").fetchall()]


def test_catalogues_are_told_apart_and_show_no_password() -> None:
    url = parse_catalog("postgresql://me:hush@db.example/lake")
    words = parse_catalog("postgres:dbname=lake host=db password=hush")
    assert (url.kind, words.kind) == ("postgres", "postgres")
    assert parse_catalog("lake.ducklake").kind == "duckdb" and parse_catalog("sqlite:lake.db").kind == "sqlite"
    assert "hush" not in url.shown + words.shown and "db.example" in url.shown and "host=db" in words.shown
    with pytest.raises(UsageError, match="no address"):
        parse_catalog("postgres:")


def test_wrong_names_and_a_missing_warehouse_are_refused_before_anything_is_written(tmp_path) -> None:
    catalog = parse_catalog(str(tmp_path / "lake.ducklake"))
    settings = Settings(home=tmp_path / "home")
    with pytest.raises(UsageError, match="opensdg, population, reviews, unsd"):
        publish(settings, catalog, sources=["un"])
    with pytest.raises(UsageError, match="--site is of local sites"):
        publish(settings, catalog, sources=["unsd"], sites=["bristol"])
    with pytest.raises(LocalsdgError, match="no warehouse yet"):
        publish(settings, catalog)
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(has_extensions(), reason="the extensions are installed")
def test_a_missing_extension_is_named_with_the_command_that_installs_it(cli, tmp_path) -> None:
    failed = cli(tmp_path, "lake", "versions", "--catalog", tmp_path / "lake.ducklake")
    assert failed.exit_code == 1 and "ducklake is not installed" in failed.stderr
    assert "duckdb.execute('install ducklake')" in failed.stderr


@pytest.fixture(scope="module")
def server():
    """The address of a catalogue in PostgreSQL, without its password, which is in the environment."""
    with pytest.MonkeyPatch.context() as patch, postgres_server("lake", PASSWORD) as port:
        patch.setenv("PGPASSWORD", PASSWORD)
        yield f"dbname=lake host=127.0.0.1 port={port} user=localsdg"


@pytest.fixture
def address(server) -> str:
    """A catalogue of its own for a test: an empty database of the server."""
    name = f"lake_{time.time_ns()}"
    with duckdb.connect() as con:
        load_extension(con, "postgres_scanner")
        con.execute(f"attach '{server}' as pg (type postgres)")
        con.execute(f"call postgres_execute('pg', 'create database {name}', use_transaction => false)")
    return "postgres:" + server.replace("dbname=lake", f"dbname={name}")


@needs_extensions
@pytest.mark.long
def test_versions_are_read_as_they_were(cli, address, tmp_path) -> None:
    first = office(tmp_path / "a", "2026.11.27.1")
    second = office(tmp_path / "b", "2026.11.28.1", "update core.observation set value = 0 where series_code = 'A'")
    at = ("--catalog", address)
    missing = cli(first.home, "lake", "versions", *at)
    assert missing.exit_code == 1 and "no lake in this catalogue yet" in missing.stderr
    done = cli(first.home, "lake", "publish", *at, "--data", f"{tmp_path / 'files'}/")
    assert done.exit_code == 0 and "version 2026.11.27.1 is snapshot" in done.stdout, done.output
    again = cli(first.home, "lake", "publish", *at)
    assert "nothing differs" in again.stdout
    assert cli(second.home, "lake", "publish", *at, "--source", "unsd").exit_code == 0
    listed = json.loads(cli(first.home, "lake", "versions", *at, "--json").stdout)
    assert [(one["version"], one["sources"]) for one in listed] == [("2026.11.28.1", ["unsd"]), ("2026.11.27.1", [])]
    assert listed[0]["rows"] == {"core.observation": 5}
    asked = "select sum(value)::int as n, (select count(*) from core.local_observation) as m from core.observation"
    for version, n in (("2026.11.27.1", 99), (str(listed[1]["snapshot"]), 99), ("2026.11.28.1", 5), (None, 5)):
        chosen = ("--version", version) if version else ()
        got = cli(first.home, "lake", "query", asked, *at, "--json", *chosen)
        assert json.loads(got.stdout) == [{"n": n, "m": 3}], got.output
    for wrong in ("delete from core.area", "select * from read_text('/etc/hostname')"):
        assert cli(first.home, "lake", "query", wrong, *at).exit_code == 2
    unknown = cli(first.home, "lake", "query", asked, *at, "--version", "2020.1.1.1")
    assert unknown.exit_code == 2 and "2026.11.27.1" in unknown.stderr
    elsewhere = cli(first.home, "lake", "publish", *at, "--data", tmp_path / "other")
    assert elsewhere.exit_code == 2 and "leave out --data" in elsewhere.stderr
    files = list((tmp_path / "files").rglob("*.parquet"))
    assert files and PASSWORD not in "".join((done.output, missing.output, elsewhere.output))


#: A writer of its own process: a version after the other, each with one value in all of its rows.
WRITER = """
import sys
import duckdb
from pathlib import Path
from localsdg.common.settings import Settings
from localsdg.warehouse.lake.catalog import parse_catalog
from localsdg.warehouse.lake.publish import publish

home, catalog, data, table, given = sys.argv[1:]
options = {"sources": [given]} if given == "unsd" else {"sites": [given]}
settings, attempts = Settings(home=Path(home)), 0
for value in range(2, 7):
    with duckdb.connect(str(settings.published)) as con:
        con.execute(f"update core.{table} set value = {value}")
    attempts += publish(settings, parse_catalog(catalog), data, **options).attempts
print(attempts)
"""


@needs_extensions
@pytest.mark.long
@pytest.mark.parametrize("pair", [("unsd", "bristol"), ("auburn", "bristol")], ids=["two-sources", "two-sites"])
def test_two_processes_publish_at_once_and_readers_see_whole_versions(pair, address, tmp_path) -> None:
    catalog, data = parse_catalog(address), f"{tmp_path / 'files'}/"
    publish(office(tmp_path / "start", "1"), catalog, data)
    tables = {"unsd": "observation", "bristol": "local_observation", "auburn": "local_observation"}
    writers = []
    for place, given in enumerate(pair):
        home = office(tmp_path / given, f"2026.11.2{place}.1").home
        call = [sys.executable, "-c", WRITER, str(home), address, data, tables[given], given]
        writers.append(subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
    reader = Settings(home=tmp_path / "reader")
    seen = set()
    asked = (
        "select (select list_sort(list(distinct value)) from core.observation), (select count(*) from "
        "core.observation), (select list_sort(list(distinct site_id || ' ' || value)) from core.local_observation), "
        "(select count(*) from core.local_observation)"
    )
    while any(writer.poll() is None for writer in writers):
        values, n, sites, m = query_lake(reader, catalog, asked).to_pylist()[0].values()
        assert (n, m) == (5, 3), "rows are never missing, and never there twice"
        assert len(values) == (5 if 37.0 in values else 1), "all rows of the source are of one version"
        assert len(sites) == 2, "all rows of a site are of one version"
        seen.add((tuple(values), tuple(sites)))
    for writer in writers:
        out, err = writer.communicate(timeout=60)
        assert writer.returncode == 0 and int(out) >= 5, err
    assert len(seen) > 1, "the reader saw it change"
    listed = lake_versions(reader, catalog)
    assert len(listed) == 11 and {one.sources + one.sites for one in listed} == {
        (),
        *((("unsd",) if given == "unsd" else ("opensdg", given)) for given in pair),
    }
    final = query_lake(reader, catalog, "select site_id, sum(value)::int as n from core.local_observation group by 1")
    expected = {"auburn": 12 if "auburn" in pair else 2, "bristol": 6}
    assert {row["site_id"]: row["n"] for row in final.to_pylist()} == expected


@needs_extensions
@pytest.mark.long
def test_a_failed_publication_leaves_the_lake_as_it_was(address, tmp_path, monkeypatch) -> None:
    from localsdg.warehouse.lake import publish as module

    catalog, data = parse_catalog(address), f"{tmp_path / 'files'}/"
    publish(office(tmp_path / "a", "1"), catalog, data)
    real = module._write_table

    def fails(con, table, *rest, **named):
        if table.table.name == "core.series_release":
            con.execute("select * from no_such_table")
        return real(con, table, *rest, **named)

    monkeypatch.setattr(module, "_write_table", fails)
    second = office(tmp_path / "b", "2", "delete from core.observation")
    with pytest.raises(LocalsdgError, match="readers see what was there before"):
        publish(second, catalog)
    assert [one.version for one in lake_versions(second, catalog)] == ["1"]
    with open_lake(second, catalog) as con:
        assert con.execute("select count(*) from lake.core.observation").fetchone() == (5,)
