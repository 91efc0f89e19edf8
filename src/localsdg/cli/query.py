"""`localsdg query`: questions to the published warehouse in SQL."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from localsdg.cli.base import REPLACE, Command, note_citation
from localsdg.cli.versions import VERSION
from localsdg.common.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa

    from localsdg.common.settings import Settings

LIMIT = click.IntRange(min=0)
#: A statement is interrupted between two blocks of rows; one that is inside a function ends with the process.
_GRACE = 10.0


@click.command(
    cls=Command,
    epilog=(
        "Examples:\n"
        '  localsdg query "select year, value from core.latest_observation\n'
        "                  where series_code = 'SI_POV_DAY1' and area_code = '001' order by year\"\n"
        "  localsdg query --file question.sql --output answer.xlsx\n"
        "  localsdg query --example furthest_from_ending_poverty --format csv --output poverty.csv\n"
        "  localsdg query --version 2026.11.27.1 --file question.sql"
    ),
)
@click.argument("sql", required=False)
@click.option(
    "--file",
    "file",
    metavar="PATH",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file with the SQL; - for standard input.",
)
@click.option("--example", "name", metavar="NAME", help="Run an example; --example list names them.")
@click.option(
    "--format",
    "kind",
    type=click.Choice(["table", "csv", "json", "parquet", "xlsx"]),
    help="How to print it; a table, or what the name of --output ends in.",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="Write to a file: .csv, .csv.gz, .json, .parquet or .xlsx (with the SQL and how to cite).",
)
@REPLACE
@click.option(
    "--timeout",
    "seconds",
    type=click.IntRange(min=1),
    metavar="SECONDS",
    help="Stop after so many seconds.  [default: query_seconds of the settings, 600]",
)
@click.option("--limit", type=LIMIT, metavar="N", help="Rows shown in a table; 0 for all.  [default: 50]")
@VERSION
def query(sql, file, name, kind, as_json, output, force, seconds, limit, version) -> None:
    """Ask the published warehouse, or a version that is kept, in SQL, read-only.

    SQL is one statement: as an argument, from a file, or from standard input (-, or a pipe). It
    may begin with a comment. JSON has null for NaN and for infinity.
    """
    from localsdg.common.interrupts import ended_after
    from localsdg.common.settings import load_settings
    from localsdg.warehouse import query as asked
    from localsdg.warehouse.query_rows import first_rows
    from localsdg.warehouse.versions import at_version

    settings = load_settings()
    if name == "list":
        for path in sorted((settings.sql / "examples").glob("*.sql")):
            first = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("--").strip()
            click.echo(f"{path.stem}: {first}")
        return
    kind, target = _form(settings, kind, as_json, output, limit, [file] if file else [], force)
    text = sql_text(settings, sql, file, name)
    settings = at_version(settings, version)
    limit = 50 if limit is None else limit
    seconds = seconds or settings.query_seconds
    with ended_after(seconds + _GRACE, f"error: {asked.TOO_LONG} | expected an answer within {seconds} seconds"):
        if kind == "table" and (found := first_rows(settings, text, limit, seconds=seconds)):
            asked.print_rows(found.names, found.numbers, found.rows, found.n_rows)
            return
        table = asked.run_query(settings, text, seconds=seconds)
    if kind == "table":
        asked.print_table(table, limit or table.num_rows)
    else:
        _write(settings, table, text, kind, output, target)


def _form(
    settings: Settings,
    kind: str | None,
    as_json: bool,
    output: Path | None,
    limit: int | None,
    inputs: list[Path],
    force: bool,
) -> tuple[str, Path | None]:
    """The format of the result and the checked path of its file; raises `UsageError` for contradictions."""
    from localsdg.common.output_files import check_output
    from localsdg.warehouse.result_files import BINARY, ENDINGS, ending_of

    if as_json and kind not in (None, "json"):
        raise UsageError(
            "--json and --format contradict each other", expected="one of them", got=f"--json and --format {kind}"
        )
    kind = "json" if as_json else kind
    target = None
    if output is not None:
        # what is no regular file (/dev/stdout, a named pipe) has no ending
        is_stream = output.exists() and not output.is_file() and not output.is_dir()
        target = check_output(settings, output, endings=() if is_stream else ENDINGS, inputs=inputs, replace=force)
        meant = ENDINGS.get(ending_of(output) or "")
        if meant and kind not in (None, meant):
            raise UsageError(
                "the format and the ending of --output contradict each other",
                expected=f"--format {meant}, or a name that ends in .{kind}"
                if kind != "table"
                else "--format table without --output",
                got=f"--format {kind} and {output.name}",
            )
        kind = meant or kind or "csv"
    kind = kind or "table"
    if kind != "table" and limit:
        raise UsageError(
            "--limit is for a table on the terminal", expected="a limit in the SQL", got=f"--limit {limit} and {kind}"
        )
    if kind in BINARY and output is None and sys.stdout.isatty():
        raise UsageError(f"{kind} is not for a terminal", expected=f"--output NAME.{kind}, or a pipe")
    return kind, target


def sql_text(settings: Settings, sql: str | None, file: Path | None, name: str | None) -> str:
    """The SQL from where the user has it; raises `UsageError` unless it is in one place."""
    from localsdg.warehouse.query import example

    given = [one for one in (sql, file, name) if one is not None]
    if len(given) > 1:
        raise UsageError(
            "say what to ask once", expected="SQL, --file PATH or --example NAME", got=f"{len(given)} of them"
        )
    if name is not None:
        return example(settings, name)
    if file is not None and str(file) != "-":
        try:
            return _decoded(file.read_bytes(), file)
        except OSError as error:
            raise UsageError("the file with the SQL cannot be read", where=file, got=error.strerror) from error
    if sql not in (None, "-"):
        return sql
    is_closed = sys.stdin is None or (not given and sys.stdin.isatty())
    text = "" if is_closed else _decoded(sys.stdin.buffer.read(), "standard input")
    if not text.strip():
        raise UsageError(
            "say what to ask",
            expected="SQL, --file PATH, --example NAME or SQL in a pipe",
            got="nothing",
            next_step="localsdg query --example list",
        )
    return text


def _decoded(body: bytes, where: object) -> str:
    try:
        return body.decode("utf-16" if body[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(
            "the SQL is not UTF-8",
            where=where,
            expected="UTF-8 text",
            got=f"byte {error.object[error.start]:#04x} at {error.start:,}",
        ) from error


def _write(settings: Settings, table: pa.Table, sql: str, kind: str, output: Path | None, target: Path | None) -> None:
    from localsdg.warehouse.query import about_result
    from localsdg.warehouse.result_files import ending_of, result_bytes, write_result

    about = about_result(settings, sql, table.num_rows) if kind == "xlsx" else None
    if target is None:
        body, notes = result_bytes(table, kind, about)
        sys.stdout.buffer.write(body)
        sys.stdout.buffer.flush()
    else:
        notes = write_result(table, kind, target, gzip=ending_of(output or target) == ".csv.gz", about=about)
        click.echo(f"{table.num_rows:,} rows in {output}", err=target.exists() and not target.is_file())
    for note in notes:
        click.echo(f"note: {note}", err=True)
    if about and target:
        note_citation(settings, "localsdg query", target)
