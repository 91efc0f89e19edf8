"""Population: staged with every row accounted for, one release shown, and the bundled file made of the World Bank's."""

from __future__ import annotations

import gzip

import duckdb
import pytest
from evidence_helpers import insert, model_sql

from localsdg.common.context import RunContext
from localsdg.common.errors import LocalsdgError
from localsdg.common.settings import Settings
from localsdg.maintenance.bundle import population as bundle
from localsdg.registry.tables import create_table_sql, ensure_tables, tables
from localsdg.sources.snapshot import SnapshotWriter
from localsdg.staging.ledger import create_ledger, read_loads, read_set_aside
from localsdg.staging.population.source import Population
from localsdg.staging.source import Staging

GOOD = "iso3,year,population\nESP,2020,47000000\nESP,2021,47500000\nWLD,2021,7900000000\n"


def staged(tmp_path, *files: tuple[str, bytes]) -> duckdb.DuckDBPyConnection:
    """The files, each a release of its own, staged beside an M49 list of Spain and Kenya."""
    con = duckdb.connect()
    con.execute("create schema staging")
    create_ledger(con)
    source = Population()
    ensure_tables(con, [*source.tables, "staging.m49_area"])
    insert(
        con, "staging.m49_area", [{"area_code": code, "iso3": iso} for code, iso in (("724", "ESP"), ("404", "KEN"))]
    )
    snapshots = []
    for release, body in files:
        with SnapshotWriter(tmp_path, "population", release, origin="o", licence="l", attribution="A Bank") as writer:
            writer.add("population.csv", "population", body)
        snapshots.append(writer.commit())
    source.stage(Staging(RunContext(con, Settings(), "run")), snapshots)
    return con


def test_rows_are_staged_with_their_publisher(tmp_path):
    con = staged(tmp_path, ("2026", GOOD.encode()))
    rows = con.execute("select iso3, year, population, source from staging.population order by all").fetchall()
    assert rows == [
        ("ESP", 2020, 47e6, "A Bank"),
        ("ESP", 2021, 47.5e6, "A Bank"),
        ("WLD", 2021, 7.9e9, "A Bank"),
    ]


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ("AFE,2021,5", "POP-R02"),
        ("esp,2021,5", "POP-R01"),
        (",2021,5", "POP-R01"),
        ("KEN,abc,5", "POP-R01"),
        ("KEN,1789,5", "POP-R01"),
        ("KEN,2021,0", "POP-R01"),
        ("KEN,2021,-1", "POP-R01"),
        ("KEN,2021,many", "POP-R01"),
        ("KEN,2021,", "POP-R01"),
        ("KEN,2021,inf", "POP-R01"),
        ("ESP,2021,48000000", "POP-R01"),
    ],
)
def test_a_row_that_cannot_be_used_is_a_reject(tmp_path, row, rule):
    con = staged(tmp_path, ("2026", f"{GOOD}{row}\n".encode()))
    [load] = read_loads(con)
    assert (load.rows_in, load.rows_out, load.rows_rejected) == (4, 3, 1)
    assert con.execute("select rule_id, detail is not null from audit.reject").fetchall() == [(rule, True)]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>no</html>",
        b"\xff\xfe",
        b"\x1f\x8bno gzip",
        gzip.compress(GOOD.encode(), mtime=0)[:-9],
        (packed := gzip.compress(GOOD.encode(), mtime=0))[:10] + b"\xff" + packed[11:],
        packed[:-8] + bytes(8),
        b"iso3,year\nESP,2020\n",
    ],
)
def test_a_file_that_cannot_be_read_is_set_aside_and_the_others_are_staged(tmp_path, body):
    con = staged(tmp_path, ("2025", body), ("2026", GOOD.encode()))
    assert [item.rule_id for item in read_set_aside(con)] == ["POP-F01"]
    assert con.execute("select distinct release from staging.population").fetchall() == [("2026",)]


def test_a_country_has_the_newest_release_of_each_year(tmp_path):
    older = "iso3,year,population\nESP,2020,1\nKEN,2020,2\n"
    con = staged(tmp_path, ("2025", older.encode()), ("2026", GOOD.encode()))
    con.execute("create schema core")
    con.execute(create_table_sql(tables()["core.area"]))
    areas = (("724", "ESP", "country"), ("404", "KEN", "country"), ("001", None, "world"))
    insert(con, "core.area", [{"area_code": code, "iso3": iso, "kind": kind} for code, iso, kind in areas])
    con.execute(
        "create table release_order as select 'population' as dataset_id, unnest(['2025', '2026']) as release, "
        "unnest([1, 2]) as position, 1 as dataset_rank"
    )
    found = con.execute(f"select area_code, year, population, release from ({model_sql('population', 'core')})")
    assert found.fetchall() == [
        ("001", 2021, 7.9e9, "2026"),
        ("404", 2020, 2.0, "2025"),
        ("724", 2020, 47e6, "2026"),
        ("724", 2021, 47.5e6, "2026"),
    ]


# ------------------------------------------------------------------ the bundled file
def raw(tmp_path, rows: str):
    (tmp_path / "population").mkdir()
    (tmp_path / "m49").mkdir()
    (tmp_path / "m49" / "UNSD_m49.csv").write_text("M49 Code;ISO-alpha3 Code\n724;ESP\n680;\n", encoding="utf-8-sig")
    header = "Country Name,Country Code,Year,Value\n"
    (tmp_path / "population" / "population.csv").write_text(header + rows, encoding="utf-8")
    return tmp_path


def test_the_bundle_keeps_countries_and_the_world_from_1990_on(tmp_path):
    rows = "Spain,ESP,1989,1\nSpain,ESP,1990,38800000.0\nWorld,WLD,2024,8e9\nEuro area,EMU,2020,3\nKosovo,XKX,2020,4\n"
    target = tmp_path / "bundled"
    made = bundle.make_bundle(raw(tmp_path, rows), target, release="2026", made_on="2026-11-27")
    [file] = made.files
    body = gzip.decompress(made.file_path(file).read_bytes()).decode()
    assert body == "iso3,year,population\nESP,1990,38800000\nWLD,2024,8000000000\n"
    assert file.rows == 2 and "population" in (target / "README.md").read_text(encoding="utf-8")
    # the same bytes again
    again = bundle.make_bundle(tmp_path, target, release="2026", made_on="2026-11-27")
    assert again.files[0].sha256 == file.sha256


@pytest.mark.parametrize("rows", ["Spain,ESP,199x,1\n", "Spain,ESP,1990,many\n"])
def test_a_raw_file_of_another_form_is_an_error_that_names_it(tmp_path, rows):
    with pytest.raises(LocalsdgError, match="population file cannot be read"):
        bundle.make_bundle(raw(tmp_path, rows), tmp_path / "bundled", release="2026", made_on="2026-11-27")


def test_an_absent_raw_file_is_an_error(tmp_path):
    with pytest.raises(LocalsdgError, match="absent"):
        bundle.make_bundle(tmp_path, tmp_path / "bundled", release="2026", made_on="2026-11-27")
