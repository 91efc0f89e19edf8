"""`localsdg export --format hive`: a folder a table, as Spark, Trino, Hive and pyarrow take them."""

from __future__ import annotations

import math
from importlib.util import find_spec

import duckdb
import pytest
import sqlglot
from small_warehouse import keep_versions
from sqlglot import exp

from localsdg.common.progress import silent
from localsdg.common.settings import Settings
from localsdg.warehouse.export.folder import Exported, Request, export
from localsdg.warehouse.export.selection import Filters
from localsdg.warehouse.query import open_published

SERIES = ("SI_POV_DAY1", "SH_STA_MORT", "EN_ATM_PM25")
#: A value with all that a path, a query of a URL or Hive's own names would take for something else.
ODD = "A/B=1 %20 {ü}: 'x'?#"
#: DuckDB's types as Spark names them.
SPARK = {"VARCHAR": "string", "INTEGER": "int", "BIGINT": "bigint", "DOUBLE": "double", "BOOLEAN": "boolean"} | {
    "DATE": "date",
    "TIMESTAMP": "timestamp_ntz",
}


@pytest.fixture(scope="module")
def exported(built, tmp_path_factory) -> Exported:
    folder = tmp_path_factory.mktemp("hive") / "tables"
    return export(built, Request("hive", ("all",), Filters(series=SERIES), folder), silent())


def warehouse_name(table: dict) -> str:
    """The table or view whose rows were exported."""
    name = table["warehouse_table"]
    return "core.latest_observation" if table["name"] == "observation" else name


def expected(con: duckdb.DuckDBPyConnection, table: dict) -> tuple[dict[str, str], int, dict[str, float]]:
    """Types by column, rows, and sums of the columns of numbers, of the rows of these series."""
    name = warehouse_name(table)
    types = {column: kind for column, kind, *_ in con.execute(f"describe {name}").fetchall()}
    where = "true"
    if table["limits"]:
        ways = {
            "series_code": f"series_code in {SERIES}",
            "series_codes": f"list_has_any(series_codes, {list(SERIES)})",
            "metric_id": f"metric_id in (select metric_id from evidence.metric "
            f"where list_has_any(series_codes, {list(SERIES)}))",
        }
        where = next(way for column, way in ways.items() if column in types)
    numbers = [column for column, kind in types.items() if kind in ("DOUBLE", "INTEGER", "BIGINT")]
    sums = ", ".join(f'coalesce(sum("{column}"), 0)::double' for column in numbers)
    row = con.execute(f"select count(*){', ' + sums if sums else ''} from {name} where {where}").fetchone()
    return types, row[0], dict(zip(numbers, row[1:], strict=True))


def same_sums(ours: dict[str, float], theirs: dict[str, float]) -> bool:
    return ours.keys() == theirs.keys() and all(
        math.isclose(ours[name], theirs[name], rel_tol=1e-9, abs_tol=1e-9) for name in ours
    )


def test_all_tables_are_folders_that_pyarrow_and_duckdb_read_as_the_warehouse_has_them(built, exported) -> None:
    import pyarrow.compute as pc
    import pyarrow.dataset as ds

    with open_published(built) as con:
        stored = con.execute("select count(*) from duckdb_tables()").fetchone()[0]
        assert len(exported.manifest["tables"]) == stored + 1, "every table, and the newest observations"
        for table in exported.manifest["tables"]:
            types, n_rows, sums = expected(con, table)
            folder = exported.folder / table["name"]
            dataset = ds.dataset(folder, partitioning="hive")
            rows = dataset.to_table(columns=list(sums))
            found = {name: float(pc.sum(rows.column(name)).as_py() or 0) for name in sums}
            assert (rows.num_rows, set(dataset.schema.names)) == (n_rows, set(types)), table["name"]
            assert same_sums(sums, found), table["name"]
            by_glob = f"read_parquet('{folder}/**/*.parquet', hive_partitioning = true)"
            described = {column: kind for column, kind, *_ in duckdb.sql(f"describe from {by_glob}").fetchall()}
            assert described == types, table["name"]


def test_the_statements_for_trino_name_every_folder_with_the_columns_of_its_table(exported) -> None:
    text = (exported.folder / "trino.sql").read_text(encoding="utf-8")
    statements = sqlglot.parse(text, read="trino")
    created = {one.this.this.name: one for one in statements if isinstance(one, exp.Create)}
    assert set(created) == {table["name"] for table in exported.manifest["tables"]}
    for table in exported.manifest["tables"]:
        columns = created[table["name"]].this.expressions
        assert len(columns) == table["columns"] and all(column.args["kind"] for column in columns)
        assert f"'LOCATION_OF_THIS_FOLDER/{table['name']}'" in text
        parts = sorted(path.name for path in (exported.folder / table["name"]).iterdir() if path.is_dir())
        if parts:
            assert {part.split("=")[0] for part in parts} == {columns[-1].name}, "the column of folders comes last"
            assert f"sync_partition_metadata('localsdg', '{table['name']}', 'FULL')" in text
    assert "map(varchar, varchar)" in text and "array(varchar)" in text and "timestamp(6)" in text


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """An export of a small warehouse in which a series has a code of odd characters, and a metric none."""
    tmp_path = tmp_path_factory.mktemp("odd")
    settings = Settings(home=tmp_path / "home")
    keep_versions(settings, "2026.11.27.1")
    with duckdb.connect(str(settings.published)) as con:
        con.execute("update core.observation set series_code = ? where series_code = 'B'", [ODD])
        con.execute("update evidence.metric_value set metric_id = null where metric_id = 'm2'")
    return export(settings, Request("hive", ("all",), output=tmp_path / "tables"), silent())


def test_values_that_no_folder_can_have_as_its_name_come_back_as_they_are(odd) -> None:
    import polars as pl
    import pyarrow.dataset as ds

    folder = odd.folder / "core_observation"
    assert set(ds.dataset(folder, partitioning="hive").to_table().column("series_code").to_pylist()) == {"A", ODD}
    glob = f"read_parquet('{folder}/**/*.parquet', hive_partitioning = true)"
    assert duckdb.sql(f"select distinct series_code from {glob} order by 1").fetchall() == [("A",), (ODD,)]
    lazy = pl.scan_parquet(f"{folder}/**/*.parquet", hive_partitioning=True)
    assert set(lazy.collect().get_column("series_code")) == {"A", ODD}
    metrics = ds.dataset(odd.folder / "metric_value", partitioning="hive").to_table()
    assert sorted(metrics.column("metric_id").to_pylist(), key=str) == [None, "m1", "m3"]


def test_a_table_without_rows_is_read_with_all_its_columns(odd) -> None:
    import pyarrow.dataset as ds

    empty = {table["name"]: table for table in odd.manifest["tables"] if not table["rows_written"]}
    assert len(empty) > 20
    for name, table in empty.items():
        dataset = ds.dataset(odd.folder / name, partitioning="hive")
        assert (dataset.count_rows(), len(dataset.schema)) == (0, table["columns"]), name


@pytest.mark.long
@pytest.mark.skipif(find_spec("pyspark") is None, reason="pyspark is not installed: make scale")
def test_spark_reads_every_table_with_the_rows_types_and_sums_of_the_warehouse(built, exported, odd) -> None:
    from pyspark.sql import SparkSession, functions

    options = {"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "2", "spark.driver.memory": "1g"}
    builder = SparkSession.builder.master("local[1]").config(map=options)
    spark = builder.config("spark.sql.session.timeZone", "UTC").getOrCreate()
    try:
        with open_published(built) as con:
            for table in exported.manifest["tables"]:
                types, n_rows, sums = expected(con, table)
                frame = spark.read.parquet(str(exported.folder / table["name"]))
                assert {field.name: field.dataType.simpleString() for field in frame.schema.fields} == {
                    name: spark_type(kind) for name, kind in types.items()
                }, table["name"]
                asked = [functions.coalesce(functions.sum(name), functions.lit(0)).alias(name) for name in sums]
                row = frame.agg(functions.count("*").alias("_count"), *asked).first().asDict()
                assert row.pop("_count") == n_rows, table["name"]
                assert same_sums(sums, row), table["name"]
        rows = spark.read.parquet(str(odd.folder / "core_observation"))
        assert {row.series_code for row in rows.select("series_code").distinct().collect()} == {"A", ODD}
        frame = spark.read.parquet(str(exported.folder / "observation"))
        frame.createOrReplaceTempView("observation")
        by_sql = spark.sql("select max(year) as y from observation where dimensions['reporting type'] is null")
        assert by_sql.first().y > 2015
    finally:
        spark.stop()


def spark_type(kind: str) -> str:
    """`MAP(VARCHAR, BIGINT)` is `map<string,bigint>` for Spark."""
    if kind.endswith("[]"):
        return f"array<{spark_type(kind[:-2])}>"
    if kind.startswith("MAP("):
        key, value = kind[4:-1].split(", ")
        return f"map<{spark_type(key)},{spark_type(value)}>"
    return SPARK[kind]
