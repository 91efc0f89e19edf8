"""`localsdg export`: folders of Parquet, CSV and Data Packages of the published file."""

from __future__ import annotations

import csv
import hashlib
import json
import subprocess
from pathlib import Path

import duckdb
import pytest

from localsdg.common.errors import UsageError
from localsdg.common.formula_guard import guard_formula, guard_sql
from localsdg.common.progress import silent
from localsdg.warehouse.export.folder import Exported, Request, export
from localsdg.warehouse.export.selection import Filters
from localsdg.warehouse.query import run_query

NAMES = ("goal", "target", "indicator", "series", "area", "observation", "review", "local_government", "action_partner")
SERIES = ("SI_POV_DAY1", "SI_POV_NAHC")


def take(built, kind: str, folder: Path, **other) -> Exported:
    request = Request(kind, **{"names": NAMES, "filters": Filters(series=SERIES), "output": folder, **other})
    return export(built, request, silent())


@pytest.fixture(scope="module")
def folders(built, tmp_path_factory) -> dict[str, Exported]:
    root = tmp_path_factory.mktemp("export")
    return {kind: take(built, kind, root / kind) for kind in ("parquet", "datapackage", "csv")}


def rows_of(built, table: str) -> int:
    where = f"where series_code in {SERIES}" if table in ("series", "observation") else ""
    return run_query(built, f"select count(*) as n from main.{table} {where}").column("n")[0].as_py()


@pytest.mark.parametrize("kind", ["parquet", "datapackage", "csv"])
def test_rows_in_are_rows_out_and_every_file_has_its_checksum(built, folders, kind) -> None:
    folder, manifest = folders[kind].folder, folders[kind].manifest
    assert {table["name"]: table["rows_written"] for table in manifest["tables"]} == {
        name: rows_of(built, name) for name in NAMES
    }
    assert manifest == json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    check = subprocess.run(["sha256sum", "-c", "--quiet", "checksums.sha256"], cwd=folder, capture_output=True)
    assert check.returncode == 0, check.stdout
    listed = {line.split("  ", 1)[1] for line in (folder / "checksums.sha256").read_text().splitlines()}
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert listed == files - {"checksums.sha256"} and {"README.txt", "citations.txt", "columns.csv"} < listed
    readme = (folder / "README.txt").read_text(encoding="utf-8")
    (release,) = run_query(built, "select version, content_hash from meta.release").to_pylist()
    for words in (release["version"], release["content_hash"], "UN terms of use", "series SI_POV_DAY1"):
        assert words in readme
    assert "Cite as: United Nations Statistics Division" in (folder / "citations.txt").read_text(encoding="utf-8")


def test_the_dictionary_describes_every_column(folders) -> None:
    with (folders["csv"].folder / "columns.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == sum(table["columns"] for table in folders["csv"].manifest["tables"])
    assert not [row for row in rows if not row["description"]]


@pytest.mark.parametrize("kind", ["parquet", "datapackage"])
def test_the_same_bytes_each_time(built, folders, kind, tmp_path) -> None:
    again = take(built, kind, tmp_path / "again")
    sums = "checksums.sha256"
    assert (again.folder / sums).read_bytes() == (folders[kind].folder / sums).read_bytes()


def test_parquet_is_read_by_four_readers_with_maps_and_descriptions(built, folders) -> None:
    import polars as pl
    import pyarrow.dataset as ds
    import pyarrow.parquet as pq

    folder = folders["parquet"].folder
    n_rows = rows_of(built, "observation")
    dataset = ds.dataset(folder / "observation", partitioning="hive")
    assert dataset.count_rows() == n_rows
    assert str(dataset.schema.field("dimensions").type) == "map<string, string ('dimensions')>"
    pandas_rows = dataset.to_table(filter=ds.field("series_code") == "SI_POV_DAY1").to_pandas()
    assert set(pandas_rows.series_code) == {"SI_POV_DAY1"}
    lazy = pl.scan_parquet(f"{folder}/observation/**/*.parquet", hive_partitioning=True)
    assert lazy.select(pl.len()).collect().item() == n_rows
    glob = f"read_parquet('{folder}/observation/**/*.parquet', hive_partitioning = true)"
    asked = "select area_code, year, dimensions, value from {} where series_code = 'SI_POV_DAY1' order by all"
    ours = run_query(built, asked.format("main.observation")).to_pylist()
    assert duckdb.sql(asked.format(glob)).to_arrow_table().to_pylist() == ours and len(ours) > 1000
    schema = pq.read_schema(folder / "observation" / "series_code=SI_POV_DAY1" / "data.parquet")
    assert schema.field("value").metadata[b"description"].startswith(b"The value as a number")
    assert b"UN terms of use" in schema.metadata[b"licences"] and schema.metadata[b"content_hash"]


def test_frictionless_accepts_the_package_with_its_keys(folders) -> None:
    from frictionless import Package, validate

    path = folders["datapackage"].folder / "datapackage.json"
    report = validate(str(path))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "note"])[:5]
    assert {task.name: task.stats["rows"] for task in report.tasks} == {
        table["name"]: table["rows_written"] for table in folders["datapackage"].manifest["tables"]
    }
    package = Package(str(path))
    schema = package.get_resource("observation").schema
    assert schema.primary_key == ["series_code", "area_code", "year", "breakdown"]
    assert {key["reference"]["resource"] for key in schema.foreign_keys} == {"series", "area"}
    assert schema.get_field("value_status").constraints["enum"] and schema.get_field("year").type == "integer"


def test_frictionless_finds_what_was_changed_afterwards(folders, tmp_path) -> None:
    from frictionless import validate

    for name in ("datapackage.json", "goal.csv", "target.csv", "indicator.csv"):
        body = (folders["datapackage"].folder / name).read_bytes()
        (tmp_path / name).write_bytes(body.replace(b"\n17,", b"\n71,") if name == "goal.csv" else body)
    descriptor = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    kept = [one for one in descriptor["resources"] if (tmp_path / one["path"]).exists()]
    (tmp_path / "datapackage.json").write_text(json.dumps(descriptor | {"resources": kept}), encoding="utf-8")
    found = {code for (code,) in validate(str(tmp_path / "datapackage.json")).flatten(["type"])}
    assert {"hash-count", "foreign-key"} <= found


def test_a_csv_holds_what_the_warehouse_holds(built, folders) -> None:
    with (folders["csv"].folder / "observation.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            row for row in csv.DictReader(file) if row["series_code"] == "SI_POV_NAHC" and row["area_code"] == "724"
        ]
    ours = run_query(
        built,
        "select year, value, unit, release from main.observation where series_code = 'SI_POV_NAHC' "
        "and area_code = '724' order by year, breakdown",
    ).to_pylist()
    assert [(int(row["year"]), float(row["value"]), row["unit"], row["release"]) for row in rows] == [
        tuple(one.values()) for one in ours
    ]
    with (folders["csv"].folder / "review.csv").open(encoding="utf-8", newline="") as file:
        languages = {row["languages"] for row in csv.DictReader(file)}
    assert any("; " in words for words in languages)


@pytest.mark.parametrize(
    "words", ["=1+1", "  @SUM(A1)", "-2+3", "'=x", "+1|cmd", "\t=1", "a=1", "", "- a list", "’", "-1.5", "\u00a0=1"]
)
def test_sql_guards_a_text_as_python_does_but_for_numbers(words) -> None:
    got = duckdb.execute(f"select {guard_sql('x')} from (select ? as x)", [words]).fetchone()
    assert got == (words if words == "-1.5" else guard_formula(words),)


def test_a_folder_in_use_is_left_as_it_is(built, folders, tmp_path) -> None:
    kept = folders["csv"].folder
    before = hashlib.sha256((kept / "checksums.sha256").read_bytes()).digest()
    with pytest.raises(UsageError, match="there is an export already"):
        take(built, "csv", kept)
    (tmp_path / "mine.txt").write_text("mine")
    for force in (False, True):
        with pytest.raises(UsageError, match="files of its own"):
            take(built, "csv", tmp_path, force=force)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    assert hashlib.sha256((kept / "checksums.sha256").read_bytes()).digest() == before
    again = take(built, "csv", kept.parent / "small", names=("goal",), filters=Filters())
    assert take(built, "csv", again.folder, names=("series",), filters=Filters(), force=True).folder == again.folder
    assert sorted(path.name for path in again.folder.glob("*.csv")) == ["columns.csv", "series.csv"]
    assert not [path for path in kept.parent.iterdir() if path.name.startswith(".")]


def test_a_file_of_the_user_in_an_export_is_never_removed(built, tmp_path) -> None:
    out = tmp_path / "out"
    take(built, "csv", out, names=("goal",), filters=Filters())
    (out / "thesis.doc").write_text("mine")
    other = tmp_path / "other"
    other.mkdir()
    (other / "manifest.json").write_text("{}")
    for folder in (out, other):
        with pytest.raises(UsageError, match="files of its own"):
            take(built, "csv", folder, names=("goal",), filters=Filters(), force=True)
    assert (out / "thesis.doc").read_text() == "mine" and (other / "manifest.json").read_text() == "{}"


def test_a_failure_leaves_nothing_behind(built, tmp_path, monkeypatch) -> None:
    from localsdg.warehouse.export import csv_folder

    monkeypatch.setattr(csv_folder, "count", lambda folder, tables: {"goal": 16})
    with pytest.raises(Exception, match=r"counted again.*goal 17.*goal 16"):
        take(built, "csv", tmp_path / "out", names=("goal",), filters=Filters())
    assert list(tmp_path.iterdir()) == []


def test_the_command_prints_what_it_wrote(built, cli, tmp_path) -> None:
    args = ("export", "--format", "csv", "--table", "goal,series", "--series", "SI_POV_DAY1", "--output")
    done = cli(built.home, *args, tmp_path / "a")
    assert done.exit_code == 0, done.stderr
    assert "17 rows  whole: no column to filter by series" in done.stdout
    assert "1 row   series SI_POV_DAY1" in done.stdout and "18 rows, " in done.stdout
    as_json = cli(built.home, *args, tmp_path / "b", "--json")
    assert json.loads(as_json.stdout)["tables"][0]["rows_written"] == 17
    for wrong in (("--table", "golas"), ("--series", "NO_SUCH"), ("--goal", "18")):
        failed = cli(built.home, "export", "--format", "csv", *wrong, "--output", tmp_path / "c")
        assert failed.exit_code == 2 and "next:" in failed.stderr
    assert not (tmp_path / "c").exists()
