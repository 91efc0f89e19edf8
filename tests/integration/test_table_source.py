"""A second local platform: tables with a mapping, pulled, staged and read by the core models as they are."""

from __future__ import annotations

import json
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import duckdb
import pytest

from localsdg.common.context import RunContext
from localsdg.common.database import model
from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.common.settings import Settings
from localsdg.pipeline.pull import pull_tables
from localsdg.pipeline.run import begin_run
from localsdg.registry.tables import create_table_sql, tables
from localsdg.sources.snapshot import Snapshot, SnapshotWriter, iter_snapshots
from localsdg.sources.table.pull import pull_table
from localsdg.staging.ledger import create_ledger, read_loads, read_set_aside
from localsdg.staging.registered import registered
from localsdg.staging.source import Staging, stage_snapshots

MAP = """
[dataset]
id = "toy-tables"
language = "en"
licence = "CC0"
[government]
name = "Springfield"
country = "USA"
level = "city"
[columns]
indicator = "code"
title = "name"
year = "year"
value = "value"
unit = "unit"
place = "district"
dimensions = ["sex"]
"""
TABLE = """code,name,year,value,unit,district,sex
1.2.1,Population below the poverty line,2019,12.5,%,,
1.2.1,Population below the poverty line,2020,11.9,%,Springfield,
1.2.1,Population below the poverty line,2020,14.1,%,North End,
1.2.1,Population below the poverty line,2020,12.8,%,,female
1.2.1,Population below the poverty line,next year,9,%,,
trees,Street trees,2020,many,trees,,
trees,Street trees,2021,1204,trees,,
,No code,2021,1,,,
trees,Street trees,2021,1204,trees,,
"""
SAO_PAULO = """
[dataset]
id = "sao-paulo-observatorio"
language = "pt"
rows = "{goal}/[]/resultados/{level}/{place}/{year}"
[government]
id = "sao-paulo"
[columns]
indicator = "cd_indicador"
title = "name_indicador"
target = "nm_indicador"
year = "year"
place = "place"
place_kind = "level"
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


@pytest.fixture
def map_file(tmp_path: Path) -> Path:
    path = tmp_path / "map.toml"
    path.write_text(MAP, encoding="utf-8")
    return path


def staged(settings: Settings, *snapshots: Snapshot) -> duckdb.DuckDBPyConnection:
    """The staging tables of the snapshots, with a balanced ledger."""
    con = duckdb.connect()
    create_ledger(con)
    stage_snapshots(Staging(RunContext(con, settings, "run")), registered(), snapshots)
    for load in read_loads(con):
        rejects = con.execute("select count(*) from audit.reject where file_name = ?", [load.file_name]).fetchone()
        assert rejects == (load.rows_rejected,)
    con.execute("create schema core")
    con.execute(create_table_sql(tables()["core.unit"]))
    for name in ("local_indicator", "local_observation", "local_site"):
        con.execute(f"create view core.{name} as {model(settings.sql / 'core' / f'{name}.sql')}")
    return con


def test_a_table_becomes_indicators_and_observations(settings, map_file, tmp_path) -> None:
    table = tmp_path / "indicators.csv"
    table.write_text(TABLE, encoding="utf-8")
    pulled = pull_table(settings, str(table), map_file)
    assert pulled.is_new and pulled.snapshot.licence == "CC0"
    con = staged(settings, pulled.snapshot)
    [load] = read_loads(con)
    assert (load.source, load.rows_in, load.rows_out, load.rows_rejected) == ("table", 9, 5, 4)
    rejected = con.execute("select rule_id, row_key from audit.reject order by all").fetchall()
    assert [(rule, key.split(" row ")[1]) for rule, key in rejected] == [
        ("TABLE-R05", "9"),  # names no indicator; the header is row 1
        ("TABLE-R06", "7 2020"),
        ("TABLE-R07", "6 next year"),
        ("TABLE-R09", "10 2021"),
    ]
    headline = con.execute(
        "select local_indicator_id, year, value, unit from core.local_observation where is_headline order by all"
    ).fetchall()
    assert headline == [
        ("1-2-1", 2019, 12.5, "PERCENT"),
        ("1-2-1", 2020, 11.9, "PERCENT"),
        ("trees", 2021, 1204, "NUMBER"),
    ]
    kinds = con.execute(
        "select reference_area_kind, reference_area_name from core.local_observation where value = 14.1"
    ).fetchall()
    assert kinds == [("part", "North End")]
    assert con.execute(
        "select site_id, local_government_id, dataset_id, n_with_data from core.local_site"
    ).fetchall() == [("toy-tables", "springfield-usa", "table", 2)]
    ids = con.execute("select local_indicator_id, title, language from core.local_indicator order by 1").fetchall()
    assert ids == [("1-2-1", "Population below the poverty line", "en"), ("trees", "Street trees", "en")]


def test_one_file_that_cannot_be_read_costs_itself_alone(settings, map_file, tmp_path) -> None:
    folder = tmp_path / "tables"
    folder.mkdir()
    (folder / "good.csv").write_text(TABLE, encoding="utf-8")
    (folder / "other.csv").write_text("a,b\n1,2\n3,4\n", encoding="utf-8")
    (folder / "page.csv").write_text("<html>not found</html>", encoding="utf-8")
    pulled = pull_table(settings, str(folder), map_file)
    assert any("other.csv: no column code" in note for note in pulled.notes)
    con = staged(settings, pulled.snapshot)
    aside = [(item.set_aside_name, item.rule_id) for item in read_set_aside(con)]
    assert aside == [("other.csv", "TABLE-R02"), ("page.csv", "TABLE-R01")]
    assert con.execute("select count(*) from core.local_observation").fetchone() == (5,)
    assert con.execute("select count(*) from core.local_indicator").fetchone() == (2,)


def test_the_same_tables_are_not_kept_twice_and_a_broken_snapshot_falls_back(settings, map_file, tmp_path) -> None:
    table = tmp_path / "indicators.csv"
    table.write_text(TABLE, encoding="utf-8")
    first = pull_table(settings, str(table), map_file)
    assert not pull_table(settings, str(table), map_file).is_new
    table.write_text(TABLE + "trees,Street trees,2022,7,trees,,\n", encoding="utf-8")
    second = pull_table(settings, str(table), map_file)
    assert second.is_new and second.snapshot.release != first.snapshot.release
    (second.snapshot.path / "map.toml").write_text("[", encoding="utf-8")
    con = staged(settings, second.snapshot)
    [item] = read_set_aside(con)
    assert (item.rule_id, item.used_instead) == ("TABLE-S01", first.snapshot.release)
    assert con.execute("select count(*) from core.local_observation").fetchone() == (5,)


def test_a_mapping_for_another_file_is_an_error_that_lists_what_is_there(settings, map_file, tmp_path) -> None:
    table = tmp_path / "indicators.csv"
    table.write_text(TABLE.replace("code,", "id,", 1), encoding="utf-8")
    with pytest.raises(LocalsdgError, match="no file has the columns") as failed:
        pull_table(settings, str(table), map_file)
    assert "id, name, year" in str(failed.value.got) and "correct [columns]" in failed.value.next_step
    assert not list((settings.raw / "table").glob("*@*"))


def test_an_id_of_another_source_is_refused(settings, map_file, tmp_path) -> None:
    facts = {"origin": "o", "licence": "l", "attribution": "a", "extra": {"site_id": "toy-tables"}}
    with SnapshotWriter(settings.raw, "opensdg", "toy-tables@2024-01-01", **facts) as writer:
        writer.add("x.zip", "opensdg_zip", b"x")
    (tmp_path / "t.csv").write_text(TABLE, encoding="utf-8")
    with pytest.raises(UsageError, match="the id is that of another site"):
        pull_table(settings, str(tmp_path / "t.csv"), map_file)


class _Serve(BaseHTTPRequestHandler):
    bodies: dict[str, bytes] = {}

    def do_GET(self) -> None:
        body = self.bodies.get(self.path)
        self.send_response(200 if body else 404)
        self.send_header("Content-Length", str(len(body or b"no")))
        self.end_headers()
        self.wfile.write(body or b"no")

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Serve)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_tables_are_pulled_over_http(settings, map_file, tmp_path, address, cli) -> None:
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        archive.writestr("2019/indicators.csv", TABLE)
    _Serve.bodies = {"/data/export": TABLE.encode(), "/t.zip": (tmp_path / "t.zip").read_bytes()}
    pulled = pull_table(settings, f"{address}/data/export", map_file)
    assert {record.name for record in pulled.snapshot.files} == {"export.csv", "map.toml"}
    assert pulled.snapshot.extra["base_url"] == f"{address}/data/export"
    result = cli(settings.home, "pull", "table", f"{address}/t.zip", "--map", map_file, "--json")
    assert result.exit_code == 0 and json.loads(result.stdout)["outcome"] == "new"
    missing = cli(settings.home, "pull", "table", f"{address}/gone.csv", "--map", map_file)
    assert missing.exit_code == 1 and "| next: " in missing.stderr and "gone.csv" in missing.stderr


def test_a_live_run_pulls_tables_of_an_address_again(settings, map_file, address) -> None:
    _Serve.bodies = {"/t.csv": TABLE.encode()}
    first = pull_table(settings, f"{address}/t.csv", map_file).snapshot
    run = begin_run(settings)
    pull_tables(run)
    assert [snapshot.release for snapshot in iter_snapshots(settings.raw, "table")] == [first.release]
    _Serve.bodies = {"/t.csv": TABLE.replace("12.5", "12.6").encode()}
    pull_tables(run)
    assert len(list(iter_snapshots(settings.raw, "table"))) == 2 and run.set_aside == []
    _Serve.bodies = {}
    pull_tables(run)
    [item] = run.set_aside
    assert (item.rule_id, item.set_aside_name, item.used_instead) == ("PULL-T01", "toy-tables", f"{first.release}.2")


def test_the_command_without_a_mapping_says_how_to_get_one(settings, cli) -> None:
    result = cli(settings.home, "pull", "table", "x.csv")
    assert result.exit_code == 2 and "next: localsdg pull table --example" in result.stderr
    example = cli(settings.home, "pull", "table", "--example")
    assert example.exit_code == 0 and "[columns]" in example.stdout


def test_sao_paulos_observatory(settings, tmp_path, data_root) -> None:
    """Its values nested in JSON: 43,948, of which 446 are blank."""
    path = data_root / "local" / "actions" / "sao_paulo_observatorio_ods" / "data.json"
    (tmp_path / "map.toml").write_text(SAO_PAULO, encoding="utf-8")
    con = staged(settings, pull_table(settings, str(path), tmp_path / "map.toml").snapshot)
    [load] = read_loads(con)
    assert (load.rows_in, load.rows_out, load.rows_rejected) == (43948, 43502, 446)
    published = {
        (str(entry["cd_indicador"]), int(year)): value
        for entries in json.loads(path.read_text(encoding="utf-8")).values()
        for entry in entries
        for year, value in entry.get("resultados", {}).get("Município", {}).get("São Paulo", {}).items()
        if value != ""
    }
    headline = con.execute(
        "select local_indicator_id, year, value from core.local_observation where is_headline"
    ).fetchall()
    assert {(indicator_id, year): value for indicator_id, year, value in headline} == published
    extreme = con.execute(
        "select value from core.local_observation where local_indicator_id = '192' and year = 2023 and is_headline"
    ).fetchall()
    assert extreme == [(765114.0,)]
    parts = con.execute(
        "select reference_area_name, value from core.local_observation where local_indicator_id = '192' "
        "and year = 2023 and reference_area_name like 'Lapa%' order by 1"
    ).fetchall()
    assert [name for name, _ in parts] == ["Lapa (Distrito)", "Lapa (Subprefeitura)"]
