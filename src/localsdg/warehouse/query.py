"""Read-only SQL on the published file, without files or network from SQL."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localsdg.errors import LocalsdgError, UsageError

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa
    from rich.table import Table

    from localsdg.settings import Settings

_NUMBERS = frozenset({"double", "float", "int64", "int32", "uint64", "uint32"})
#: Widths of text in a table, and of a table that goes to a file or a pipe.
_LEAST, _MOST, _LOG_WIDTH = 12, 48, 240


def open_published(settings: Settings) -> duckdb.DuckDBPyConnection:
    """The published file, read-only; SQL can reach no file, no network and no setting.

    Raises `LocalsdgError` when there is no file, or it does not open.
    """
    import duckdb

    if not settings.published.exists():
        raise LocalsdgError(
            "there is no warehouse yet", where=settings.published, next_step="localsdg run"
        )
    try:
        return duckdb.connect(
            str(settings.published), read_only=True,
            config={
                "enable_external_access": "false", "lock_configuration": "true",
                "autoinstall_known_extensions": "false", "autoload_known_extensions": "false",
            },
        )
    except duckdb.Error as error:
        raise LocalsdgError(
            "the warehouse does not open", where=settings.published,
            got=str(error).splitlines()[0], next_step="localsdg run builds it anew",
        ) from error


def run_query(settings: Settings, sql: str) -> pa.Table:
    """The result of one SQL statement as an Arrow table.

    Raises `UsageError` for SQL that DuckDB refuses: wrong names (with the
    closest ones), writing, files, network, settings.
    """
    import duckdb

    con = open_published(settings)
    try:
        if not sql.strip().rstrip(";").strip():
            raise UsageError("the query is empty", expected='localsdg query "select …"')
        relation = con.sql(sql)
        if relation is None:
            raise UsageError("the statement gives no rows", expected="a SELECT", got=sql)
        return relation.to_arrow_table()
    except duckdb.Error as error:
        raise UsageError("the query failed", got=_first_words(error)) from error
    finally:
        con.close()


def example(settings: Settings, name: str | None) -> str:
    """The SQL of an example by name; raises `UsageError` naming all of them."""
    paths = {path.stem: path for path in sorted((settings.sql / "examples").glob("*.sql"))}
    if name not in paths:
        raise UsageError("no such example", expected=", ".join(paths), got=name or "nothing")
    return paths[name].read_text(encoding="utf-8")


def write_table(table: pa.Table, kind: str, target: Path | None) -> bytes | None:
    """Write a result as csv, json (one array) or parquet; to bytes where there is no target."""
    import duckdb

    options = {"csv": "format csv, header", "json": "format json, array true",
               "parquet": "format parquet, compression zstd"}[kind]
    with tempfile.TemporaryDirectory(prefix="localsdg-") as folder:
        path = target or Path(folder) / "result"
        con = duckdb.connect()
        con.register("result", table)
        quoted = str(path).replace("'", "''")
        try:
            con.execute(f"copy (select * from result) to '{quoted}' ({options})")
        except duckdb.Error as error:
            raise UsageError("the result cannot be written", where=path,
                             got=str(error).splitlines()[0]) from error
        finally:
            con.close()
        return None if target else path.read_bytes()


def print_table(table: pa.Table, limit: int) -> None:
    """Show a result on the terminal, at most `limit` rows, and say how many there are.

    A column of numbers keeps its width, text gives way with an ellipsis; what
    is too wide even so is shown a line a column.
    """
    from rich.console import Console

    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(width=_LOG_WIDTH, highlight=False)
    names = table.column_names
    rows = [[cell_text(cell) for cell in row.values()] for row in table.slice(0, limit).to_pylist()]
    numbers = [str(field.type) in _NUMBERS for field in table.schema]
    longest = [max(map(len, column)) for column in zip(names, *rows, strict=True)]
    least = [n if number else min(n, _LEAST) for n, number in zip(longest, numbers, strict=True)]
    if sum(least) + 2 * len(least) > console.width:
        for row in rows:
            console.print(*(f"[bold]{n}[/bold]: {c}" for n, c in zip(names, row, strict=True)), "", sep="\n")
    else:
        console.print(_grid(names, rows, numbers, longest, least))
    if table.num_rows > limit:
        console.print(f"{limit:,} of {table.num_rows:,} rows; --limit 0 shows all", style="dim")
    elif table.num_rows != 1:
        console.print(f"{table.num_rows:,} rows", style="dim")


def _grid(names: list, rows: list, numbers: list, longest: list, least: list) -> Table:
    from rich.table import Table

    shown = Table(box=None, header_style="bold", pad_edge=False)
    for name, number, most, few in zip(names, numbers, longest, least, strict=True):
        shown.add_column(
            name, justify="right" if number else "left", no_wrap=True, overflow="ellipsis",
            min_width=few, max_width=most if number else _MOST,
        )
    for row in rows:
        shown.add_row(*row)
    return shown


def cell_text(value: Any) -> str:
    """A value as a person reads it: four decimals, null is empty, a map is name=code.

    CSV, JSON and Parquet carry all digits.
    """
    from rich.markup import escape

    if value is None:
        return ""
    if isinstance(value, float):
        rounded = round(value, 4)
        return f"{value:.4g}" if value and not rounded else f"{rounded:.15g}"
    if isinstance(value, list) and value and isinstance(value[0], tuple):
        return escape("; ".join(f"{key}={code}" for key, code in value))
    if isinstance(value, list):
        return escape(", ".join(map(str, value)))
    return escape(str(value))


def _first_words(error: Exception) -> str:
    """DuckDB's message without the echo of the query."""
    text = re.split(r"\n\s*\nLINE |\nLINE ", str(error))[0]
    return " ".join(text.split())
