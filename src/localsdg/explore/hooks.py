"""What this project adds to Datasette: facts for its templates, Vega, plain errors, a second lock on the database."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

from datasette import hookimpl
from datasette.utils import append_querystring
from datasette.utils.asgi import Base400, Response
from datasette.views.base import DatasetteError
from markupsafe import Markup

from localsdg.common.json_text import json_text

#: What SQL may do on the copy: read, call functions, recurse. All that writes or attaches a file is refused.
_ALLOWED = frozenset(
    {
        sqlite3.SQLITE_SELECT,
        sqlite3.SQLITE_READ,
        sqlite3.SQLITE_FUNCTION,
        sqlite3.SQLITE_RECURSIVE,
        sqlite3.SQLITE_PRAGMA,
        sqlite3.SQLITE_TRANSACTION,
    }
)
#: Functions that reach beyond the data; SQLite has the first switched off as well.
_REFUSED_FUNCTIONS = frozenset({"load_extension", "fts3_tokenizer"})
#: Bytes of one cell and of one answer. The longest row of the data has 24,000; `zeroblob(1000000000)` is a short
#: query whose answer took all memory, and with it the server.
_LONGEST_CELL, _LARGEST_ANSWER = 1_000_000, 20_000_000
_TOO_SLOW = "SQL Interrupted"


@hookimpl
def prepare_connection(conn: sqlite3.Connection, database: str) -> None:
    """Refuse everything but reading, and answers that fill the memory; the file is opened as immutable anyway."""
    if database == "_internal":
        return
    conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_CELL)
    conn.row_factory = _limited_rows()

    def authorise(action: int, first: str | None, second: str | None, *_: object) -> int:
        if action == sqlite3.SQLITE_FUNCTION and second in _REFUSED_FUNCTIONS:
            return sqlite3.SQLITE_DENY
        # full-text search declares its virtual table, and asks for the version of the data
        if action == sqlite3.SQLITE_UPDATE and first == "sqlite_master":
            return sqlite3.SQLITE_OK
        return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY

    conn.set_authorizer(authorise)


def _limited_rows() -> Callable[[sqlite3.Cursor, tuple], sqlite3.Row]:
    """Rows of one connection, until those of an answer are larger than `_LARGEST_ANSWER`."""
    last: sqlite3.Cursor | None = None
    size = 0

    def row_of(cursor: sqlite3.Cursor, row: tuple) -> sqlite3.Row:
        nonlocal last, size
        if cursor is not last:
            last, size = cursor, 0
        size += sum(len(cell) for cell in row if isinstance(cell, str | bytes))
        if size > _LARGEST_ANSWER:
            raise sqlite3.OperationalError(f"the answer is larger than {_LARGEST_ANSWER // 1_000_000} MB")
        return sqlite3.Row(cursor, row)

    return row_of


@hookimpl
def extra_template_vars(datasette: Any) -> dict[str, Any]:
    """`explore`: what `localsdg.explore.describe` states of the published file."""
    return {"explore": datasette.explore_facts, "to_json": _json, "append_querystring": append_querystring}


def _json(value: object) -> str:
    return json_text(value)


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """The scripts of Vega-Lite, as the library that draws our charts carries them."""
    return [(r"^/-/vega\.js$", _vega)]


async def _vega(datasette: Any) -> Response:
    return Response(
        datasette.explore_vega.read_text(encoding="utf-8"),
        content_type="text/javascript; charset=utf-8",
        headers={"Cache-Control": "max-age=86400, private"},
    )


@hookimpl
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Any:
    """An error as a page, or as JSON, in plain words; nothing is printed on the terminal."""

    async def answer() -> Response:
        status, title, message = _words(datasette, exception)
        if request.path.split("?")[0].endswith(".json"):
            body = {"ok": False, "error": str(message), "status": status, "title": title}
            return Response.json(body, status=status)
        page = await datasette.render_template(
            "error.html", {"status": status, "title": title, "error": message, "metadata": {}}, request=request
        )
        return Response.html(page, status=status)

    return answer


def _words(datasette: Any, exception: Exception) -> tuple[int, str, str | Markup]:
    """Status, title and message of an error."""
    if isinstance(exception, DatasetteError):
        if exception.title == _TOO_SLOW:
            seconds = datasette.setting("sql_time_limit_ms") / 1000
            return 400, "The query took too long", (
                f"It was stopped after {seconds:g} seconds. Filter first (by series_code, area_code or metric_id, "
                "which have an index), or run it without a limit: localsdg query."
            )  # fmt: skip
        title = "The SQL cannot be run" if exception.title == "Invalid SQL" else exception.title
        return exception.status, title or "This cannot be shown", str(exception.message)
    if isinstance(exception, Base400):
        words = str(exception.args[0]) if exception.args else ""
        return exception.status, "Page not found" if exception.status == 404 else "This cannot be shown", words
    return 500, "This cannot be shown", f"{type(exception).__name__}: {exception}"
