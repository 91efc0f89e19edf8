"""The pipeline from files to answers, on the bundle and on small homes.

`built` is the bundle, built once for all tests. A small home holds the UN's
lists and a few rows; `build --no-bundled` takes it in about 2 s.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow.parquet
import pytest
from replay_bodies import FIXED, bulk_csv
from replay_server import ReplayServer, record, records_from_csv
from samples import MAIN_RELEASE, WORLD

from localsdg.common.errors import BlockedByChecks, LocalsdgError
from localsdg.common.settings import Settings
from localsdg.pipeline import stages as pipeline
from localsdg.sources.snapshot import SnapshotWriter, sha256_of

pytestmark = pytest.mark.usefixtures("kept_parts")

QUESTION = (
    "select year, value from core.latest_observation where series_code='SI_POV_DAY1' and area_code='001' order by year"
)
NEWER = "2026.Q1.G.01"
#: A process that opens a file, says how many rows it has, waits for a line, and says it again.
READER = (
    "import duckdb, sys\n"
    "con = duckdb.connect(sys.argv[1], read_only=True)\n"
    "for _ in range(2):\n"
    "    print(*con.execute('select version, (select count(*) from core.observation) "
    "from meta.release').fetchone(), flush=True)\n"
    "    sys.stdin.readline()\n"
)


def ask(path: Path, sql: str) -> list[tuple]:
    """Rows of a query on a published file, which is closed again."""
    con = duckdb.connect(str(path), read_only=True)
    try:
        return con.execute(sql).fetchall()
    finally:
        con.close()


def published(home: Path) -> Path:
    return Settings(home=home).published


def save(path: Path, *rows: dict, padding: int = 0) -> Path:
    """A bulk CSV of records."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bulk_csv(list(rows)) + b"\x00" * padding)
    return path


def done(result) -> str:
    """Standard output of a command that must have ended well."""
    assert result.exit_code == 0, result.stderr or repr(result.exception)
    return result.stdout


def error_line(result, exit_code: int) -> str:
    """The one line of a command that must have failed."""
    assert result.exit_code == exit_code, (result.exit_code, result.stderr, result.exception)
    lines = result.stderr.splitlines()
    assert len(lines) == 1 and lines[0].startswith("error: "), lines
    return lines[0]


def bundled_rows(settings: Settings, part: str) -> list[dict]:
    """Rows of a bundled observation file, read without DuckDB."""
    return pyarrow.parquet.read_table(settings.bundled / "unsd" / part).to_pylist()


# ------------------------------------------------------------------ the published answers


def test_world_series_as_a_table(built, cli) -> None:
    lines = [line.split() for line in done(cli(built.home, "query", QUESTION)).splitlines()]
    assert lines[0] == ["year", "value"] and lines[-1] == ["39", "rows"]
    assert {int(year): float(value) for year, value in lines[1:-1]} == WORLD


@pytest.mark.parametrize("kind", ["csv", "json", "parquet"])
def test_world_series_in_each_format_and_as_a_file(kind, built, cli, tmp_path) -> None:
    result = cli(built.home, "query", QUESTION, "--format", kind)
    done(result)
    target = tmp_path / f"world.{kind}"
    assert "39 rows" in done(cli(built.home, "query", QUESTION, "--output", target))
    assert target.read_bytes() == result.stdout_bytes
    if kind == "csv":
        rows = list(csv.DictReader(io.StringIO(result.stdout)))
    elif kind == "json":
        rows = json.loads(result.stdout)
    else:
        rows = pyarrow.parquet.read_table(io.BytesIO(result.stdout_bytes)).to_pylist()
    assert {int(row["year"]): float(row["value"]) for row in rows} == WORLD


def test_world_series_is_of_one_release(built) -> None:
    found = ask(
        built.published,
        "select distinct release, unit, is_total, value_status "
        "from core.latest_observation "
        "where series_code = 'SI_POV_DAY1' and area_code = '001'",
    )
    assert found == [(MAIN_RELEASE, "PERCENT", True, "number")]


def test_all_releases_are_kept(built) -> None:
    found = ask(
        built.published,
        "select release, value, value_raw from core.observation "
        "where series_code = 'SI_POV_DAY1' and area_code = '001' and year = 2015 "
        "and is_total order by release",
    )
    assert found == [
        ("2019.Q2.G.01", 9.9, "9.9"),
        ("2019.Q3.G.01", 9.9, "9.9"),
        ("2020-10-19", 10.0, "10"),
        ("2022-07-10", 10.1, "10.1"),
        ("2023-12-17", 10.8, "10.8"),
    ]


def test_countries_with_a_strategy_agree_with_the_world_number(built) -> None:
    ((counted,),) = ask(
        built.published,
        """
        select count(distinct o.area_code) from core.observation as o
        join core.area as a on a.area_code = o.area_code and a.kind = 'country'
        where o.series_code = 'SG_DSR_LGRGSR' and o.release = '2023-12-17' and o.value > 0""",
    )
    ((world,),) = ask(
        built.published,
        """
        select value from core.observation where series_code = 'SG_DSR_SFDRR'
        and release = '2023-12-17' and area_code = '001' and is_total and year = 2022""",
    )
    assert counted == world == 126


def test_the_ledger_balances_with_the_files(built) -> None:
    loads = ask(
        built.published,
        "select release, file_name, rows_in, rows_out, rows_rejected "
        "from audit.source_load where file_name like '%.parquet' order by all",
    )
    raw = [(release, name, len(bundled_rows(built, f"{release}/{name}"))) for release, name, *_ in loads]
    assert len(loads) == 7 and raw == [load[:3] for load in loads]
    assert [load for load in loads if load[2] != load[3] + load[4]] == []
    ((rejects,),) = ask(built.published, "select count(*) from audit.reject")
    ((said,),) = ask(built.published, "select sum(rows_rejected) from audit.source_load")
    assert rejects == said


def test_one_total_a_line(built) -> None:
    lines = ask(
        built.published,
        "select count(*), count(distinct (series_code, area_code, year, release)) from core.observation where is_total",
    )
    assert lines[0][0] == lines[0][1] > 50_000


def test_latest_has_one_release_a_series_and_leaves_no_series_out(built) -> None:
    found = ask(
        built.published,
        "select count(distinct series_code), count(distinct (series_code, release)) from core.latest_observation",
    )
    ((series,),) = ask(built.published, "select count(distinct series_code) from core.observation")
    assert found == [(series, series)] and series > 50


def test_a_series_of_several_indicators_is_one_observation(built) -> None:
    rows = [r for r in bundled_rows(built, "2020-10-19/evidence_series.parquet") if r["SeriesCode"] == "SG_DSR_SILS"]
    indicators = {row["Indicator"] for row in rows}
    keys = {(row["GeoAreaCode"], row["TimePeriod"]) for row in rows}
    assert len(indicators) > 1 and len(rows) == len(keys) * len(indicators)
    ((kept,),) = ask(
        built.published,
        "select count(*) from core.observation where series_code = 'SG_DSR_SILS' and release = '2020-10-19'",
    )
    served = ask(
        built.published, "select indicator_code from core.series_indicator where series_code = 'SG_DSR_SILS' order by 1"
    )
    assert kept == len(keys)
    assert served == [("1.5.4",), ("11.b.2",), ("13.1.3",)]


def test_value_change_is_what_two_releases_say(built) -> None:
    sql = (
        "select area_code, year, breakdown, value, value_raw from core.observation "
        "where series_code = 'SI_POV_DAY1' and release = '{}'"
    )
    old, new = (
        {row[:3]: row[3:] for row in ask(built.published, sql.format(release))}
        for release in ("2019.Q3.G.01", "2020-10-19")
    )
    expected = Counter(
        {
            "added": len(new.keys() - old.keys()),
            "removed": len(old.keys() - new.keys()),
            "changed": sum(old[key][0] != new[key][0] for key in old.keys() & new.keys()),
        }
    )
    found = ask(
        built.published,
        "select change, count(*) from audit.value_change where "
        "series_code = 'SI_POV_DAY1' and old_release = '2019.Q3.G.01' "
        "and new_release = '2020-10-19' group by 1",
    )
    assert dict(found) == expected and min(expected.values()) > 0
    world = ask(
        built.published,
        "select old_release, new_release, old_value, new_value, change "
        "from audit.value_change where series_code = 'SI_POV_DAY1' "
        "and area_code = '001' and year = 2015 and breakdown in ('', 'age=total; location=total; sex=total') "
        "order by new_release",
    )
    assert world == [
        ("2019.Q3.G.01", "2020-10-19", 9.9, 10.0, "changed"),
        ("2020-10-19", "2022-07-10", 10.0, 10.1, "changed"),
        ("2022-07-10", "2023-12-17", 10.1, 10.8, "changed"),
    ]


def test_every_example_is_listed_and_answers(built, cli) -> None:
    listed = [line.split(": ") for line in done(cli(built.home, "query", "--example", "list")).splitlines()]
    names = sorted(path.stem for path in (built.sql / "examples").glob("*.sql"))
    assert [name for name, *_ in listed] == names and all(words for _, *words in listed)
    for name in names:
        assert json.loads(done(cli(built.home, "query", "--example", name, "--json")))


# ------------------------------------------------------------------ query is read-only

REFUSED = {
    "create": "create table mine as select 1",
    "insert": "insert into core.goal values ('18', 'Mine', 'x')",
    "update": "update core.goal set title = 'x'",
    "delete": "delete from core.observation",
    "drop": "drop view core.latest_observation",
    "second statement": "select 1; delete from core.goal",
    "copy out": "copy core.goal to 'out.csv'",
    "export": "export database 'out'",
    "read a file": "select * from read_text('{file}')",
    "read a csv": "select * from read_csv('{file}')",
    "a file as a table": "select * from '{file}'",
    "list files": "select * from glob('{file}')",
    "attach": "attach 'other.duckdb' as other",
    "network": "select * from read_csv('http://127.0.0.1:9/x.csv')",
    "install": "install httpfs",
    "load": "load httpfs",
    "setting": "set memory_limit = '1GB'",
    "unlock": "set enable_external_access = true",
    "reset": "reset lock_configuration",
    "wrong column": "select no_such_column from core.goal",
    "wrong table": "select * from core.observations",
    "no sql": "this is no sql",
    "nothing": " ; ",
}


@pytest.mark.parametrize("name", REFUSED)
def test_query_refuses(name, built, cli, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "private.csv"
    file.write_text("secret\n31415926\n")
    before = sha256_of(built.published)
    line = error_line(cli(built.home, "query", REFUSED[name].format(file=file)), 2)
    assert "secret" not in line and "31415926" not in line
    assert [path.name for path in tmp_path.iterdir()] == ["private.csv"]
    assert sha256_of(built.published) == before


def test_query_with_both_or_neither_is_a_usage_error(built, cli) -> None:
    assert "got nothing" in error_line(cli(built.home, "query"), 2)
    both = cli(built.home, "query", "select 1", "--example", "extreme_poverty_by_region")
    assert "2 of them" in error_line(both, 2)
    wrong = cli(built.home, "query", "--example", "poverty")
    assert "extreme_poverty_by_region" in error_line(wrong, 2)


def test_query_without_a_warehouse_names_the_command(cli, tmp_path) -> None:
    line = error_line(cli(tmp_path, "query", "select 1"), 1)
    assert "there is no warehouse yet" in line and line.endswith("next: localsdg run")


# ------------------------------------------------------------------ pulled beside the bundle


@pytest.fixture(scope="module")
def second(built, cli, tmp_path_factory, tree) -> Path:
    """The built home again, with a newer file of one area and a file that the bundle has too."""
    home = tmp_path_factory.mktemp("second")
    shutil.copytree(built.home, home, dirs_exist_ok=True)
    spain = [record("SI_POV_DAY1", 724, year, "77") for year in (2020, 2021)]
    unlisted = record("SG_NEW_ONE", 724, 2019, "50", indicators=("1.5.4", "13.1.3"))
    file = save(home / "spain.csv", *spain, unlisted)
    done(cli(home, "pull", "indicators", file, "--release", NEWER))
    before = tree(home / "data" / "raw")
    done(cli(home, "pull", "indicators", file, "--release", NEWER))
    assert tree(home / "data" / "raw") == before, "the same file pulled twice changed something"
    again = built.bundled / "unsd" / "2025-07" / "disasters.parquet"
    done(cli(home, "pull", "indicators", again, "--release", "2025-07"))
    done(cli(home, "build", "--json"))
    return home


def test_a_partial_pull_is_kept_and_is_not_the_latest(second) -> None:
    held = ask(
        published(second),
        "select area_code, year, value from core.observation "
        f"where release = '{NEWER}' and series_code = 'SI_POV_DAY1' order by year",
    )
    assert held == [("724", 2020, 77.0), ("724", 2021, 77.0)]
    judged = ask(
        published(second),
        "select release, is_partial, is_latest "
        "from core.series_release where series_code = 'SI_POV_DAY1' order by release_rank",
    )
    assert judged == [
        ("2019.Q2.G.01", False, False),
        ("2019.Q3.G.01", False, False),
        ("2020-10-19", False, False),
        ("2022-07-10", False, False),
        (MAIN_RELEASE, False, True),
        (NEWER, True, False),
    ]
    assert dict(ask(published(second), QUESTION)) == WORLD
    warned = ask(published(second), "select outcome, severity from audit.validation_result where rule_id = 'WH-007'")
    assert warned == [("failed", "warning")]


def test_a_partial_release_removes_nothing(second) -> None:
    found = ask(
        published(second),
        f"select count(*) from audit.value_change where new_release = '{NEWER}' or old_release = '{NEWER}'",
    )
    assert found == [(0,)]


def test_bytes_that_the_bundle_has_too_are_staged_once(second) -> None:
    loads = ask(published(second), "select file_name, rows_in from audit.source_load where release = '2025-07'")
    assert loads == [("disasters.parquet", 12847)]


def test_a_series_that_no_list_has_keeps_the_indicators_it_came_with(second) -> None:
    served = ask(
        published(second),
        "select indicator_code from core.series_indicator where series_code = 'SG_NEW_ONE' order by 1",
    )
    assert served == [("1.5.4",), ("13.1.3",)]
    found = ask(
        published(second), "select release, value from core.latest_observation where series_code = 'SG_NEW_ONE'"
    )
    assert found == [(NEWER, 50.0)]


def test_without_the_bundle_the_partial_pull_is_the_latest(second, cli, tmp_path) -> None:
    home = tmp_path / "home"
    shutil.copytree(second / "data" / "raw", home / "data" / "raw")
    shutil.rmtree(home / "data" / "raw" / "unsd" / "2025-07")
    done(cli(home, "build", "--no-bundled"))
    found = ask(
        published(home),
        "select release, area_code, year, value "
        "from core.latest_observation where series_code = 'SI_POV_DAY1' order by year",
    )
    assert found == [(NEWER, "724", 2020, 77.0), (NEWER, "724", 2021, 77.0)]


def test_status_names_what_is_at_hand(second, cli) -> None:
    facts = json.loads(done(cli(second, "status", "--json")))
    origins = {(one["source"], one["release"], one["bundled"]) for one in facts["snapshots"]}
    assert {
        ("unsd", NEWER, False),
        ("unsd", "2020-10-19", True),
        ("unsd", "2025-07", False),
        ("unsd", "2025-07", True),
    } <= origins
    ended = [one["status"] for one in facts["runs"] if one["command"] in ("run", "build")]
    assert ended == ["published", "published"]
    ((version,),) = ask(published(second), "select version from meta.release")
    assert facts["published"]["version"] == version


# ------------------------------------------------------------------ small homes


@pytest.fixture(scope="module")
def mixed(cli, add_lists, tmp_path_factory) -> Path:
    """A small home: an accepted dimension, a padded CSV, a series of several indicators."""
    home = add_lists(tmp_path_factory.mktemp("mixed"))
    roofs = [
        record("SI_POV_DAY1", 724, 2015, str(n), dimensions={"Roof colour": colour})
        for n, colour in enumerate(["", "red", "blue"], 1)
    ]
    file = save(home / "in" / "roofs.csv", *roofs)
    done(cli(home, "pull", "indicators", file, "--release", "2024-01", "--accept-dimension", "[Roof colour]"))
    shared = [
        record(
            "SG_DSR_SILS",
            area,
            2019,
            "50",
            dimensions={},
            source="National report",
            indicators=("1.5.4", "11.b.2", "13.1.3"),
        )
        for area in (4, 724)
    ]
    padded = save(home / "in" / "2024-02.csv", *shared, padding=5000)
    done(cli(home, "pull", "indicators", padded))
    done(cli(home, "build", "--no-bundled"))
    return home


@pytest.fixture
def own(mixed, tmp_path) -> Path:
    """A copy of the mixed home, to spoil."""
    home = tmp_path / "own"
    shutil.copytree(mixed, home)
    return home


def test_an_accepted_dimension_is_a_dimension(mixed) -> None:
    found = ask(
        published(mixed),
        "select dimensions['roof_colour'], is_total, value, breakdown "
        "from core.observation where series_code = 'SI_POV_DAY1' order by value",
    )
    assert found == [
        (None, True, 1.0, ""),
        ("red", False, 2.0, "roof_colour=red"),
        ("blue", False, 3.0, "roof_colour=blue"),
    ]


def test_a_padded_csv_loses_nothing(mixed) -> None:
    loads = ask(
        published(mixed), "select rows_in, rows_out, rows_rejected from audit.source_load where release = '2024-02'"
    )
    assert loads == [(6, 6, 0)]


def test_rows_under_several_indicators_become_one_observation(mixed) -> None:
    found = ask(
        published(mixed),
        "select area_code, year, value, source from core.observation "
        "where series_code = 'SG_DSR_SILS' order by area_code",
    )
    assert found == [("004", 2019, 50.0, "National report"), ("724", 2019, 50.0, "National report")]


def test_json_pages_and_the_bulk_csv_give_the_same_observations(cli, add_lists, tmp_path, fixtures) -> None:
    rows = records_from_csv(fixtures / "unsd" / "bulk_excerpt.csv")
    lists = Settings().bundled / "unsd" / "2022.Q2.G.02"
    found = {}
    with ReplayServer(rows, lists, padding=64) as server:
        for route in ("auto", "csv"):
            home = tmp_path / route
            done(
                cli(
                    home,
                    "pull",
                    "indicators",
                    "--series",
                    "SI_POV_DAY1",
                    "--area",
                    "724",
                    "--route",
                    route,
                    LOCALSDG_UNSD_BASE_URL=server.url,
                )
            )
            done(cli(home, "build", "--no-bundled"))
            found[route] = ask(published(home), "select * exclude (snapshot_sha256) from core.observation order by all")
        assert server.seen("series/data") and server.seen("series/datacsv")
    assert len(found["auto"]) == 13
    assert found["auto"] == found["csv"]


# ------------------------------------------------------------------ nothing published, nothing lost


def stages_until(name: str, monkeypatch, failure: BaseException) -> None:
    """Make the stage `name` fail, and all others do nothing."""

    def fail(run) -> None:
        (run.folder / "half").write_text("written")
        raise failure

    actions = {name: fail}
    stages = [replace(stage, action=actions.get(stage.name, lambda run: None)) for stage in pipeline.STAGES]
    monkeypatch.setattr(pipeline, "STAGES", tuple(stages))


@pytest.mark.parametrize("name", [stage.name for stage in pipeline.STAGES])
@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (LocalsdgError("it failed", where="here"), "failed"),
        (BlockedByChecks("it is wrong", where="here"), "blocked"),
        (KeyboardInterrupt(), "failed"),
    ],
    ids=["failed", "blocked", "interrupted"],
)
def test_a_failure_in_any_stage_leaves_the_published_file(name, failure, status, mixed, monkeypatch, tree) -> None:
    settings = Settings(home=mixed)
    kept = [settings.published, settings.warehouse / "releases", settings.raw]
    before = [tree(path) if path.is_dir() else sha256_of(path) for path in kept]
    stages_until(name, monkeypatch, failure)
    with pytest.raises(type(failure)):
        pipeline.run_all(settings, with_bundled=False, force=True)
    assert [tree(path) if path.is_dir() else sha256_of(path) for path in kept] == before
    assert list(settings.warehouse.glob(".run-*")) == []
    last = pipeline.read_runs(settings)[-1]
    assert last["status"] == status and last["detail"]


def test_a_publication_that_fails_leaves_no_release_behind(own, monkeypatch, tree) -> None:
    from localsdg.warehouse import publish

    settings = Settings(home=own)
    built = settings.warehouse / "new.duckdb"
    shutil.copy2(settings.published, built)
    kept = [settings.published, settings.warehouse / "releases"]
    before = [sha256_of(kept[0]), tree(kept[1])]

    def full(source: object, target: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(publish.os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        publish.publish(built, settings, "2099.01.01.1", "2099-01-01T00:00:00")
    assert [sha256_of(kept[0]), tree(kept[1])] == before


def test_a_raw_file_that_was_damaged_later_is_set_aside(own, cli) -> None:
    raw = own / "data" / "raw" / "unsd" / "2024-02" / "2024-02.csv"
    raw.write_bytes(raw.read_bytes()[:-5020])  # the padding, and the end of the last row
    shown = done(cli(own, "build", "--no-bundled"))
    assert "Set aside  file 2024-02.csv (unsd 2024-02): the file is not the one that the manifest lists" in shown
    assert ask(published(own), "select count(*) from core.observation") == [(3,)]


def leave_a_log(path: Path, folder: Path) -> Path:
    """A log of another writer beside the published file, which would add a table to it."""
    other = folder / "other.duckdb"
    shutil.copy2(path, other)
    con = duckdb.connect(str(other))
    con.execute("pragma disable_checkpoint_on_shutdown")
    con.execute("create table core.intruder as select 1 as a")
    con.close()
    return Path(shutil.copy2(f"{other}.wal", f"{path}.wal"))


def test_publication_beside_a_reader_and_a_leftover_log(own, cli, tmp_path) -> None:
    path = published(own)
    before = sha256_of(path)
    with (
        path.open("rb") as old,
        subprocess.Popen(
            [sys.executable, "-c", READER, str(path)],
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        ) as reader,
    ):
        first = reader.stdout.readline()
        log = leave_a_log(path, tmp_path)
        file = save(own / "2024-03.csv", record("SI_POV_DAY1", 4, 2015, "5"))
        done(cli(own, "pull", "indicators", file))
        # without its other rows the series has lost most of what is published
        done(cli(own, "build", "--no-bundled", "--accept", "unsd/2024-03", "--reason", "one row is all there is"))
        print(file=reader.stdin, flush=True)
        assert reader.stdout.readline() == first != "", "the reader lost the file it had open"
        assert hashlib.file_digest(old, "sha256").hexdigest() == before, "written over, not renamed"
        print(file=reader.stdin, flush=True)
    assert reader.returncode == 0
    assert sha256_of(path) != before and not log.exists()
    ((version, rows),) = ask(path, "select version, (select count(*) from core.observation) from meta.release")
    assert version != first.split()[0] and rows == int(first.split()[1]) + 1 == 6
    assert ask(path, "select count(*) from duckdb_tables() where table_name = 'intruder'") == [(0,)]


def kill_when(home: Path, pattern: str) -> None:
    """Start a build, and kill it without warning when a file of that pattern appears."""
    command = [sys.executable, "-m", "localsdg", "build", "--no-bundled", "--force"]
    with subprocess.Popen(
        command, env={**os.environ, "LOCALSDG_HOME": str(home)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        end = time.monotonic() + 60
        while not list((home / "data" / "warehouse").glob(pattern)):
            assert process.poll() is None, "it ended before it could be killed"
            assert time.monotonic() < end, f"no {pattern} appeared"
            time.sleep(0.005)
        process.kill()
    assert process.returncode == -signal.SIGKILL


def test_a_killed_run_leaves_the_old_file_and_the_next_run_succeeds(own, cli, tree) -> None:
    warehouse, path = own / "data" / "warehouse", published(own)
    before, raw = sha256_of(path), tree(own / "data" / "raw")
    for pattern in (".run-*", ".run-*/localsdg.duckdb"):
        kill_when(own, pattern)
        assert list(warehouse.glob(".run-*")), "killed too late"
        assert sha256_of(path) == before
        assert ask(path, "select count(*) from core.observation") == [(5,)]
    done(cli(own, "build", "--no-bundled"))
    assert list(warehouse.glob(".run-*")) == []
    assert tree(own / "data" / "raw") == raw
    assert ask(path, "select count(*) from core.observation") == [(5,)]


def test_the_second_of_two_runs_is_told(own, cli) -> None:
    before = sha256_of(published(own))
    with pipeline.writing(Settings(home=own)):
        for command in (["build", "--no-bundled"], ["check"], ["run", "--plain"]):
            line = error_line(cli(own, *command), 1)
            assert "another run is writing the warehouse" in line and "next: " in line
        assert cli(own, "query", "select 1 as one").exit_code == 0
    assert sha256_of(published(own)) == before


# ------------------------------------------------------------------ set aside, and the rest published


def test_files_that_disagree_lose_the_one_key(own, cli) -> None:
    rows = [record("SG_DSR_SILS", 4, 2019, "51", dimensions={}, indicators=("1.5.4",))]
    done(cli(own, "pull", "indicators", save(own / "other.csv", *rows), "--release", "2024-02"))
    shown = done(cli(own, "build", "--no-bundled"))
    assert "key SG_DSR_SILS 004 2019 (unsd 2024-02)" in shown
    assert "50 PERCENT in 2024-02.csv, 51 PERCENT in other.csv" in shown
    assert ask(published(own), "select area_code, value from core.observation where series_code = 'SG_DSR_SILS'") == [
        ("724", 50.0)
    ]
    assert ask(published(own), "select rule_id, count(*) from audit.reject group by 1") == [("UNSD-K01", 4)]
    assert ask(published(own), "select set_aside_kind, rule_id from audit.quarantine") == [("key", "UNSD-K01")]
    before = sha256_of(published(own))
    error_line(cli(own, "build", "--no-bundled", "--strict"), 1)
    assert sha256_of(published(own)) == before
    done(cli(own, "pull", "forget", "2024-02", "--file", "other.csv"))
    done(cli(own, "build", "--no-bundled"))
    assert ask(published(own), "select count(*) from core.observation where series_code = 'SG_DSR_SILS'") == [(2,)]


def test_a_file_that_disagrees_with_the_bundle_loses_the_one_key(shared_parts, tmp_path) -> None:
    checkout, home = tmp_path / "checkout", tmp_path / "home"
    for folder in ("sql", "expectations"):
        (checkout / folder).parent.mkdir(exist_ok=True)
        (checkout / folder).symlink_to(Settings().resources / folder)
    for root, file, value in ((checkout, "bundled.csv", "9"), (home, "mine.csv", "5")):
        raw = root / "data" / "raw" / ("bundled" if root == checkout else "")
        with SnapshotWriter(raw, "unsd", "2024-02", origin="o", licence="l", attribution="a") as writer:
            writer.add(file, "bulk_csv", bulk_csv([record(value=value), record(area=4)]), rows=2)
    run = pipeline.run_all(Settings(home=home, resources=checkout, parts=str(shared_parts)))
    assert [(one.rule_id, one.detail) for one in run.set_aside] == [
        ("UNSD-K01", "5 PERCENT in mine.csv, 9 PERCENT in bundled.csv")
    ]
    assert ask(published(home), "select area_code from core.observation") == [("004",)]


def test_what_cannot_be_read_below_data_raw_is_named(own, cli) -> None:
    raw = own / "data" / "raw"
    (raw / "unknown" / "2024-01").mkdir(parents=True)
    (raw / "unsd" / "2024-05").mkdir()
    (raw / "unsd" / "2024-06").mkdir()
    (raw / "unsd" / "2024-06" / "manifest.json").write_text("{")
    tree_list = raw / "unsd" / "2022.Q2.G.02" / "GeoArea_Tree.json"
    tree_list.write_bytes(tree_list.read_bytes()[:-9])
    facts = json.loads(done(cli(own, "build", "--no-bundled", "--json")))
    assert {(one["rule_id"], one["set_aside_name"]) for one in facts["set_aside"]} == {
        ("SNAP-003", "unknown"),
        ("SNAP-004", "unsd/2024-05"),
        ("SNAP-002", "unsd/2024-06"),
        ("SNAP-001", "GeoArea_Tree.json"),
    }
    assert ask(published(own), "select count(*) from core.observation") == [(5,)]
    assert cli(own, "status").exit_code == 0


def test_a_home_without_data_says_what_to_pull(cli, tmp_path) -> None:
    line = error_line(cli(tmp_path, "build", "--no-bundled"), 1)
    assert "nothing to build from" in line and "next: localsdg pull indicators" in line
    assert "exclude each other" in error_line(cli(tmp_path, "build", "--no-bundled", "--only-bundled"), 2)


def test_the_bulk_layout_of_the_tests_is_the_one_of_the_source() -> None:
    header = pyarrow.parquet.read_schema(Settings().bundled / "unsd" / "2019.Q3.G.01" / "goal_1.parquet").names
    assert {cell.strip() for cell in header if not cell.startswith("[")} <= set(FIXED)


@pytest.mark.long
def test_lists_of_a_release_that_the_bundle_has_too_stand_beside_them(tmp_path, cli, fixtures) -> None:
    with ReplayServer([record(value="9")], fixtures / "unsd" / "2022.Q2.G.02") as server:
        env = {"LOCALSDG_UNSD_BASE_URL": server.url}
        done(cli(tmp_path, "pull", "indicators", "--series", "SI_POV_DAY1", **env))
    done(cli(tmp_path, "build"))
    assert ask(published(tmp_path), "select count(*) from core.goal") == [(17,)]
    assert ask(published(tmp_path), "select count(*) from core.target") == [(169,)]
    members = ask(published(tmp_path), "select count(*) from core.area_grouping")[0][0]
    assert members > 1000, "a tree of a few areas does not replace a whole one"
