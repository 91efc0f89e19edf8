"""The server of the page: Datasette on the copy, on loopback alone."""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.explore.copy import DATABASE
from localsdg.explore.describe import MOST_ROWS, PAGE_SIZE, Facts
from localsdg.explore.scripts import kept_vega

if TYPE_CHECKING:
    from localsdg.explore.guard import App

#: The only address that is listened on; no option changes it.
ADDRESS = "127.0.0.1"
#: Datasette's own default, and how many ports after it are tried.
FIRST_PORT, TRIED = 8001, 20
HERE = Path(__file__).parent
#: Seconds after which a query is stopped, unless another limit was asked for.
TIME_LIMIT = 5.0
#: Limits of one answer, times in milliseconds; nothing that needs to write or to guess.
SETTINGS = {
    "facet_time_limit_ms": 2000,
    "max_returned_rows": MOST_ROWS,
    "default_page_size": PAGE_SIZE,
    "default_facet_size": 12,
    "suggest_facets": False,
    "num_sql_threads": 3,
    "max_csv_mb": 500,
    "truncate_cells_html": 300,
    "default_cache_ttl": 0,
}


def listen(port: int | None) -> socket.socket:
    """A socket on loopback: on the port, else on the first free one from 8001 on.

    Raises `UsageError` where the port is taken, or may not be opened.
    """
    tried = [port] if port is not None else range(FIRST_PORT, FIRST_PORT + TRIED)
    for number in tried:
        one = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind((ADDRESS, number))
            one.listen(64)
            return one
        except OSError as error:
            one.close()
            if port is not None:
                raise UsageError(
                    "the port cannot be used",
                    where="--port",
                    expected="a free port",
                    got=f"{port}: {error.strerror}",
                    next_step="localsdg explore, which takes the next free port",
                ) from error
    raise LocalsdgError(
        "no port is free", expected=f"one of {tried[0]} to {tried[-1]}", got="all are taken", next_step="--port 0"
    )


def make_app(copy: Path, facts: Facts, metadata: dict[str, Any], port: int, time_limit: float) -> App:
    """The ASGI app: Datasette on the copy, read-only, behind `guard`; a query has `time_limit` seconds."""
    from localsdg.explore.guard import guarded
    from localsdg.explore.library import datasette_class

    datasette = datasette_class()(
        [],
        immutables=[str(copy)],
        metadata={**metadata, "extra_css_urls": ["/explore/explore.css"], "extra_js_urls": _scripts()},
        template_dir=str(HERE / "templates"),
        static_mounts=[("explore", str(HERE / "files"))],
        settings={**SETTINGS, "sql_time_limit_ms": round(1000 * time_limit)},
    )
    # without these Datasette reads the whole file for a hash, of which it shows a colour
    database = datasette.databases[DATABASE]
    database.execute = _quiet(database.execute)
    datasette.explore_vega = kept_vega(copy.parent.parent)
    database.cached_hash, database.cached_size = facts.content_hash, copy.stat().st_size
    datasette.explore_facts = {**asdict(facts), "time_limit": f"{time_limit:g}"}

    def cited(address: str) -> list[str]:
        table = address.split("?")[0].removeprefix(f"/{DATABASE}/").removesuffix(".csv")
        return facts.csv_head(table, f"http://{ADDRESS}:{port}{address}")

    app: App = datasette.app()
    return guarded(app, port, cited)


def _quiet(execute: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Datasette's execute without the line on the terminal for SQL that fails: its text is that of whoever asked."""

    async def call(*args: Any, **named: Any) -> Any:
        return await execute(*args, **{**named, "log_sql_errors": False})

    return call


def _scripts() -> list[dict[str, Any]]:
    return [{"url": f"/explore/{name}.js", "module": True} for name in ("page", "chart")]


def serve(app: App, sock: socket.socket, on_started: Callable[[], None]) -> None:
    """Answer until a signal ends the process; `on_started` is called when the first request can come."""
    import uvicorn

    class _Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                on_started()

    config = uvicorn.Config(app, log_level="error", access_log=False, lifespan="on", server_header=False)
    _Server(config).run(sockets=[sock])
