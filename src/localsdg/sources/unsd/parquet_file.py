"""Bulk files of UN observations in Parquet: the columns of the bulk CSV, of any type."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from localsdg.common.database import identifier, scalar, text
from localsdg.common.errors import LocalsdgError
from localsdg.common.whole_text import AGAIN

_PARQUET = b"PAR1"


@dataclass(frozen=True)
class ParquetFile:
    """Its columns, the records that its footer lists, and a FROM item that gives every cell as text, blanks as null."""

    header: list[str]
    n_records: int
    relation: str


def is_parquet(path: Path) -> bool:
    """True for a file that begins as Parquet does."""
    with path.open("rb") as handle:
        return handle.read(4) == _PARQUET


def read_parquet(path: Path, *, where: object) -> ParquetFile:
    """What the footer says of the file; raises `LocalsdgError` for one that is cut off or damaged."""
    import duckdb

    source = f"read_parquet({text(path)})"
    try:
        with duckdb.connect() as con:
            header = [column[0] for column in con.execute(f"select * from {source} limit 0").description]
            n_records = scalar(con, f"select num_rows from parquet_file_metadata({text(path)})")
    except duckdb.Error as error:
        raise LocalsdgError(
            "the Parquet file is cut off or damaged",
            where=where,
            expected="a whole Parquet file",
            got=str(error).splitlines()[0].replace(str(path), path.name),
            next_step=AGAIN,
        ) from error
    cells = ", ".join(f"nullif(cast({c} as varchar), '') as {c}" for c in map(identifier, header))
    return ParquetFile(header, n_records, f"(select {cells} from {source})")
