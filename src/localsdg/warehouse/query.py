"""Read-only SQL on the published file, without files or network from SQL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from threading import Timer
from typing import TYPE_CHECKING, Any

from localsdg.common.clean_text import clean_text
from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.common.terminal import safe_console
from localsdg.warehouse.citation import as_line, read_citations

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa
    from rich.table import Table

    from localsdg.common.settings import Settings

_NUMBERS = frozenset({"double", "float", "int64", "int32", "uint64", "uint32"})
#: What DuckDB says of a name that is not there; and a name that needs no quotes in a shell.
_NO_TABLE = re.compile(r"Table with name .* does not exist")
_NO_COLUMN = re.compile(r"Referenced column .* not found|does not have a column named")
_NAME = re.compile(r"[A-Za-z_][\w.]*")
#: Widths of text in a table, and of a table that goes to a file or a pipe.
_LEAST, _MOST, _LOG_WIDTH = 12, 48, 240


@dataclass(frozen=True)
class About:
    """What a file says of its result: facts as name and text, and when the data were built (UTC)."""

    facts: tuple[tuple[str, str], ...] = ()
    built_at: str = ""


#: What is said of a statement that its time is over for.
TOO_LONG = "the query took too long and was stopped"


def open_published(settings: Settings, threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """The published file, read-only; SQL can reach no file, no network and no setting.

    One thread gives the same rows in the same order, and sums to the last digit, each time.
    Raises `LocalsdgError` when there is no file, or it does not open.
    """
    import duckdb

    if not settings.published.exists():
        raise LocalsdgError("there is no warehouse yet", where=settings.published, next_step="localsdg run")
    try:
        return duckdb.connect(
            str(settings.published),
            read_only=True,
            config={
                "enable_external_access": "false",
                "lock_configuration": "true",
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                **({"threads": str(threads)} if threads else {}),
            },
        )
    except duckdb.Error as error:
        raise LocalsdgError(
            "the warehouse does not open",
            where=settings.published,
            got=str(error).splitlines()[0],
            next_step="localsdg run, which builds it anew",
        ) from error


def run_query(settings: Settings, sql: str, *, seconds: float | None = None, most_rows: int | None = None) -> pa.Table:
    """The result of one SQL statement as an Arrow table.

    Comments before and after it and a closing semicolon are fine. A statement that takes longer than
    `seconds` is stopped, and of more than `most_rows` rows the first are given; no limit by default.
    Raises `UsageError` for none or several statements, for one that was stopped, and for SQL that
    DuckDB refuses: wrong names (with the closest ones), writing, files, network, settings.
    """
    with closing(open_published(settings)) as con:
        return query_table(con, sql, seconds=seconds, most_rows=most_rows)


def query_table(
    con: duckdb.DuckDBPyConnection, sql: str, *, seconds: float | None = None, most_rows: int | None = None
) -> pa.Table:
    """The result of one SQL statement on an open file; limits and errors as of `run_query`."""
    with opened_statement(con, sql, seconds) as relation:
        return (relation if most_rows is None else relation.limit(most_rows)).to_arrow_table()


@contextmanager
def opened_statement(
    con: duckdb.DuckDBPyConnection, sql: str, seconds: float | None = None
) -> Iterator[duckdb.DuckDBPyRelation]:
    """One SQL statement as a relation, which runs when its rows are taken; limits and errors as of `run_query`."""
    import duckdb

    try:
        with _stopped_after(con, seconds):
            relation = con.sql(_one_statement(con, sql))
            if relation is None:
                raise UsageError("the statement gives no rows", expected="a SELECT", got=sql)
            yield relation
    except duckdb.InterruptException as error:
        raise UsageError(
            TOO_LONG,
            expected=f"an answer within {seconds or 0:g} seconds",
            next_step="ask for fewer series, areas or years, or for a sum of fewer rows",
        ) from error
    except duckdb.Error as error:
        raise UsageError("the query failed", got=_first_words(error), next_step=_where_names_are(sql, error)) from error


@contextmanager
def _stopped_after(con: duckdb.DuckDBPyConnection, seconds: float | None) -> Iterator[None]:
    """Interrupt what the connection does when the time is over."""
    if seconds is None:
        yield
        return
    timer = Timer(seconds, con.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()


def given_statements(con: duckdb.DuckDBPyConnection, sql: str) -> list[duckdb.Statement]:
    """The statements of a text, without the type that DuckDB makes for a PIVOT that lists no values.

    Raises `duckdb.Error` for what it cannot parse.
    """
    import duckdb

    # of a PIVOT's two statements neither has a text
    return [one for one in con.extract_statements(sql) if one.query or one.type != duckdb.StatementType.CREATE]


def _one_statement(con: duckdb.DuckDBPyConnection, sql: str) -> str:
    """The SQL, which holds exactly one statement; raises `UsageError` otherwise."""
    statements = given_statements(con, sql)
    if not statements:
        raise UsageError("the query is empty", expected='localsdg query "select …"')
    if len(statements) > 1:
        before = sql[: len(statements[0].query)].splitlines() or [""]
        raise UsageError(
            f"the query has {len(statements)} statements",
            expected="one, with nothing but comments after its semicolon",
            got=f"the first ends at line {len(before)}, column {len(before[-1])}, "
            f"and another begins with: {statements[1].query.strip()[:60]}",
            next_step="run them one at a time",
        )
    return sql


def citations(settings: Settings) -> list[str]:
    """How to cite the published warehouse, each of its datasets and the software, a line each."""
    with closing(open_published(settings)) as con:
        return [as_line(citation) for citation in read_citations(con)]


def about_result(settings: Settings, sql: str, n_rows: int) -> About:
    """What a workbook says of a result: its SQL, the version and releases behind it, how to cite it."""
    (release,) = run_query(
        settings, ("select version, cast(built_at as varchar) as built_at, code_version from meta.release")
    ).to_pylist()
    releases = (
        run_query(settings, ("select distinct source || ' ' || release as name from meta.dataset order by all"))
        .column("name")
        .to_pylist()
    )
    return About(
        (
            ("SQL", sql.strip()),
            ("Rows", f"{n_rows:,}"),
            ("Warehouse version", release["version"]),
            ("Built", f"{release['built_at'][:19]} UTC"),
            ("Code version", release["code_version"]),
            ("Releases", ", ".join(releases)),
            *(("Cite as", line) for line in citations(settings)),
        ),
        release["built_at"],
    )


def example(settings: Settings, name: str | None) -> str:
    """The SQL of an example by name; raises `UsageError` naming all of them."""
    paths = {path.stem: path for path in sorted((settings.sql / "examples").glob("*.sql"))}
    if name not in paths:
        raise UsageError("no such example", expected=", ".join(paths), got=name or "nothing")
    return paths[name].read_text(encoding="utf-8")


def print_table(table: pa.Table, limit: int) -> None:
    """Show a result on the terminal, at most `limit` rows, and say how many there are; see `print_rows`."""
    numbers = [str(field.type) in _NUMBERS for field in table.schema]
    columns = [column.to_pylist() for column in table.slice(0, limit).columns]
    print_rows(table.column_names, numbers, list(zip(*columns, strict=True)), table.num_rows)


def print_rows(names: list[str], numbers: list[bool], first: list[tuple], n_rows: int) -> None:
    """Show the first of `n_rows` rows on the terminal, and say how many there are.

    A column of numbers keeps its width, text gives way with an ellipsis; what
    is too wide even so is shown a line a column.
    """
    console = safe_console(log_width=_LOG_WIDTH, highlight=False)
    names = [cell_text(name) for name in names]
    rows = [[cell_text(cell) for cell in row] for row in first]
    longest = [max(map(len, column)) for column in zip(names, *rows, strict=True)]
    least = [n if number else min(n, _LEAST) for n, number in zip(longest, numbers, strict=True)]
    if sum(least) + 2 * len(least) > console.width:
        for row in rows:
            console.print(*(f"[bold]{n}[/bold]: {c}" for n, c in zip(names, row, strict=True)), "", sep="\n")
    else:
        console.print(_grid(names, rows, numbers, longest, least))
    if n_rows > len(rows):
        console.print(f"{len(rows):,} of {n_rows:,} rows; --limit 0 shows all", style="dim")
    elif n_rows != 1:
        console.print(f"{n_rows:,} rows", style="dim")


def _grid(names: list, rows: list, numbers: list, longest: list, least: list) -> Table:
    from rich.table import Table

    shown = Table(box=None, header_style="bold", pad_edge=False)
    for name, number, most, few in zip(names, numbers, longest, least, strict=True):
        shown.add_column(
            name,
            justify="right" if number else "left",
            no_wrap=True,
            overflow="ellipsis",
            min_width=few,
            max_width=most if number else _MOST,
        )
    for row in rows:
        shown.add_row(*row)
    return shown


def cell_text(value: Any) -> str:
    """A value as a terminal shows it: as `plain_text`, with numbers of four decimals."""
    from rich.markup import escape

    if isinstance(value, float):
        rounded = round(value, 4)
        return f"{value:.4g}" if value and not rounded else f"{rounded:.15g}"
    return escape(clean_text(plain_text(value)))  # a terminal obeys an escape sequence


def plain_text(value: Any) -> str:
    """A value as a person reads it, with all digits: null is empty, a map is `name=code; name=code`."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return "; ".join(f"{key}={plain_text(part)}" for key, part in value.items())
    if isinstance(value, list) and value and isinstance(value[0], tuple):
        return "; ".join(f"{key}={plain_text(part)}" for key, part in value)
    if isinstance(value, list):
        return ", ".join(map(plain_text, value))
    return str(value)


def _first_words(error: Exception) -> str:
    """DuckDB's message without the echo of the query, and without the tables of its own catalogue."""
    text = re.split(r"\n\s*\nLINE |\nLINE ", str(error))[0]
    text = re.sub(r'\s*Did you mean "(pg_|duckdb_|sqlite_|pragma_|information_schema)[^"]*"\?', "", text)
    return " ".join(text.split())


def _where_names_are(sql: str, error: Exception) -> str | None:
    """The command that lists the tables, or the columns of those that a query names, for a name that is not there."""
    if _NO_TABLE.search(str(error)):
        return 'localsdg query "show tables"'
    if not _NO_COLUMN.search(str(error)):
        return None
    import sqlglot

    try:
        parsed = sqlglot.parse_one(sql, dialect="duckdb")
    except (sqlglot.errors.SqlglotError, RecursionError):
        return None
    temporary = {one.alias for one in parsed.find_all(sqlglot.exp.CTE)}
    named = {f"{one.db}.{one.name}".strip(".") for one in parsed.find_all(sqlglot.exp.Table)} - temporary
    commands = [f'localsdg query "describe {name}"' for name in sorted(named) if _NAME.fullmatch(name)]
    return " or ".join(commands[:3]) or None
