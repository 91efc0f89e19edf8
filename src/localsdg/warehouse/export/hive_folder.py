"""Tables as Spark, Trino and Hive take them: a folder a table, with the statements that name the tables.

An engine with a catalogue reads whatever is in the folder of a table, so that two
tables cannot be files of one folder, as they are in the plain Parquet export.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from localsdg.common.database import identifier, text
from localsdg.warehouse.export.job import Job
from localsdg.warehouse.export.parquet_folder import count as count_parquet
from localsdg.warehouse.export.parquet_folder import partition_column, write_file, write_partitions
from localsdg.warehouse.export.selection import ExportColumn, ExportTable

TRINO = "trino.sql"
#: What the reader replaces in `trino.sql`: where the folder of the export is, as Trino reaches it.
LOCATION = "LOCATION_OF_THIS_FOLDER"
#: DuckDB's types in Trino's words, where they differ.
_TYPES = {"INTEGER": "integer", "BIGINT": "bigint", "DOUBLE": "double", "TIMESTAMP": "timestamp(6)"}

HOW = f"""Each table is a folder of its own with Parquet files. The large ones have a folder for each series or
metric below it (observation/series_code=SI_POV_DAY1/data.parquet): a question on one series reads one file.

  Spark    spark.read.parquet("observation").where("series_code = 'SI_POV_DAY1'")
  Trino    {TRINO} creates the tables: put the place of this folder where it says {LOCATION}
  DuckDB   select * from read_parquet('observation/**/*.parquet', hive_partitioning = true)
  pyarrow  pyarrow.dataset.dataset("observation", partitioning="hive")

Maps stay maps and lists stay lists. Descriptions, units, keys and licences are in the metadata of each file."""


def write(job: Job) -> None:
    """Write each table as a folder, then the statements for Trino."""
    for table in job.tables:
        job.step(table)
        if (column := partition_column(table)) is not None:
            write_partitions(job, table, column)
            continue
        folder = job.folder / table.file
        folder.mkdir()
        write_file(job, table, folder / "data.parquet")
    statements = [statement for table in job.tables for statement in trino_statements(table)]
    (job.folder / TRINO).write_text("".join(f"{one};\n\n" for one in statements), encoding="utf-8")


def count(folder: Path, tables: Sequence[ExportTable]) -> dict[str, int]:
    """The rows of each table, as DuckDB's own reader counts them."""
    return count_parquet(folder, tables)


def trino_statements(table: ExportTable) -> list[str]:
    """The statements that name a table in Trino's Hive connector, schema `localsdg` of catalogue `hive`.

    A partition's column comes last, as Hive has it; its folders are listed by a call.
    """
    partition = partition_column(table)
    columns = sorted(table.columns, key=lambda column: column.name == partition)
    lines = ",\n".join(f"    {identifier(column.name)} {trino_type(column)}" for column in columns)
    facts = [f"external_location = '{LOCATION}/{table.file}'", "format = 'PARQUET'"]
    if partition:
        facts.append(f"partitioned_by = array[{text(partition)}]")
    name = f"hive.localsdg.{identifier(table.file)}"
    statements = [f"create table if not exists {name} (\n{lines}\n)\nwith ({', '.join(facts)})"]
    if partition:
        statements.append(f"call hive.system.sync_partition_metadata('localsdg', {text(table.file)}, 'FULL')")
    return statements


def trino_type(column: ExportColumn) -> str:
    """The type of a column in Trino's words: `MAP(VARCHAR, BIGINT)` is `map(varchar, bigint)`."""
    kind = column.type
    if kind.endswith("[]"):
        return f"array({trino_type(ExportColumn(column.name, kind[:-2]))})"
    return _TYPES.get(kind, kind.lower())
