"""Tables as Parquet with zstd: columns described, maps kept, large tables partitioned as Hive does."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.database import identifier, text
from localsdg.warehouse.export.job import Job
from localsdg.warehouse.export.selection import ExportTable

if TYPE_CHECKING:
    import pyarrow as pa

#: Large tables and the column that nearly every question names: a reader opens the one file that it needs. A
#: series is exact, where a goal is not (a series may serve two); its codes are text to every reader, where a
#: release is a date to some and an area a number.
PARTITIONED = {"core.observation": "series_code", "core.latest_observation": "series_code"} | {
    "evidence.metric_value": "metric_id"
}
_ROW_GROUP = 100_000
_BATCH = 20_000
#: What Hive writes as a percent sign and two digits in the name of a folder, and the folder of rows without a value.
_ESCAPED = frozenset("\"#%'*/:=?\\{[]^\x7f")
_NO_VALUE = "__HIVE_DEFAULT_PARTITION__"

HOW = """Each table is NAME.parquet. The large ones are folders with a file for each series or metric
(observation/series_code=SI_POV_DAY1/data.parquet), so that a question on one series reads one file:

  DuckDB   select * from read_parquet('observation/**/*.parquet', hive_partitioning = true)
           where series_code = 'SI_POV_DAY1'
  pandas   pd.read_parquet("observation", filters=[("series_code", "==", "SI_POV_DAY1")])
  polars   pl.scan_parquet("observation/**/*.parquet", hive_partitioning=True)
  R        arrow::open_dataset("observation")

Maps stay maps and lists stay lists. Descriptions, units, keys and licences are in the metadata of each file
(pyarrow: `pq.read_schema(path).metadata` and `.field("value").metadata`)."""


def write(job: Job) -> None:
    """Write each table as one file, or as a folder of partitions."""
    for table in job.tables:
        job.step(table)
        if (column := partition_column(table)) is None:
            write_file(job, table, job.folder / f"{table.file}.parquet")
        else:
            write_partitions(job, table, column)


def partition_column(table: ExportTable) -> str | None:
    """The column of the folders of a large table; None for a table that is one file, as one without rows."""
    return PARTITIONED.get(table.rows_of) if table.n_rows else None


def write_partitions(job: Job, table: ExportTable, column: str) -> None:
    """Write a table as a folder for each value of a column, with one file each."""
    name = identifier(column)
    values = job.con.execute(f"select distinct {name} from {table.name} where {table.where} order by 1").fetchall()
    for (value,) in values:
        path = job.folder / table.file / partition_folder(column, value) / "data.parquet"
        path.parent.mkdir(parents=True)
        write_file(job, table, path, f"{name} is null" if value is None else f"{name} = {text(value)}", column)


def partition_folder(column: str, value: str | None) -> str:
    """The folder of a partition as Hive names it: `unit=km%2Fh`, readers give `km/h` again."""
    if not value:
        return f"{column}={_NO_VALUE}"
    return f"{column}=" + "".join(f"%{ord(one):02X}" if one in _ESCAPED or one < " " else one for one in value)


def count(folder: Path, tables: Sequence[ExportTable]) -> dict[str, int]:
    """The rows of each table, as DuckDB's own reader counts them."""
    import duckdb

    counts = {}
    with duckdb.connect() as con:
        for table in tables:
            path = folder / table.file
            name = path / "**" / "*.parquet" if path.is_dir() else path.with_name(f"{table.file}.parquet")
            row = con.execute(f"select count(*) from read_parquet({text(name)})").fetchone()
            counts[table.file] = row[0] if row else 0
    return counts


def write_file(job: Job, table: ExportTable, path: Path, where: str = "true", left_out: str | None = None) -> None:
    """Rows of a table as one file; the column of a partition is in the path alone, as Hive has it."""
    import pyarrow.parquet as pq

    shown = [identifier(column.name) for column in table.columns if column.name != left_out]
    cursor = job.con.cursor()
    try:
        reader = cursor.execute(table.select(shown, where=where)).to_arrow_reader(_BATCH)
        schema = _described(job, table, reader.schema)
        with pq.ParquetWriter(path, schema, compression="zstd", compression_level=9) as writer:
            for group in _row_groups(reader, schema):
                writer.write_table(group)
    finally:
        cursor.close()


def _row_groups(reader: pa.RecordBatchReader, schema: pa.Schema) -> Iterator[pa.Table]:
    """The rows in groups of one size, whatever the batches that the query came in; at least one group."""
    import pyarrow as pa

    held: list[pa.RecordBatch] = []
    n_held = 0
    for batch in reader:
        held.append(batch)
        n_held += batch.num_rows
        if n_held >= _ROW_GROUP:
            table = pa.Table.from_batches(held).cast(schema)
            yield table.slice(0, _ROW_GROUP)
            held = table.slice(_ROW_GROUP).to_batches()
            n_held -= _ROW_GROUP
    if held:
        yield pa.Table.from_batches(held, schema=held[0].schema).cast(schema)
    else:
        yield schema.empty_table()


def _described(job: Job, table: ExportTable, given: pa.Schema) -> pa.Schema:
    """The schema with what the dictionary says of the table and of each column."""
    by_name = {column.name: column for column in table.columns}
    fields = []
    for field in given:
        column = by_name[field.name]
        facts = {"description": column.description, "unit": column.unit, "allowed": ", ".join(column.allowed)}
        fields.append(field.with_metadata({name: words for name, words in facts.items() if words}))
    import pyarrow as pa

    info = job.info
    return pa.schema(
        fields,
        {
            "table": table.rows_of,
            "description": table.description,
            "usage_warning": table.usage_warning or "",
            "primary_key": ", ".join(table.primary_key),
            "filter": "; ".join(table.limits),
            "warehouse_version": info.version,
            "content_hash": info.content_hash,
            "built_at": f"{info.built_at} UTC",
            "licences": json.dumps([licence.line for licence in info.licences], ensure_ascii=False),
            "citations": json.dumps(info.citation_lines, ensure_ascii=False),
        },
    )
