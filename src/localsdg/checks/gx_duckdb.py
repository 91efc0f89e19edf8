"""Great Expectations on DuckDB: one fix, kept in one place.

Why the fix. Great Expectations 1.24 opens a connection for each query and
closes it before it fetches; DuckDB's result dies with its connection, so every
check comes back as `success: False`. For a few dialects (SQLite and others,
the private tuple `_PERSISTED_CONNECTION_DIALECTS`) it keeps one connection
open instead. `load_gx` adds DuckDB to that tuple. Its members are asked for
`.value` and compared with a plain string, hence `_DialectName`.

Why an own connection. duckdb-engine opens files with a user agent of its own,
which DuckDB takes for another configuration and refuses while the same
process has the file open. So the engine gets cursors of a connection that we
hold (`shared_connection`), and they never begin a transaction: in one, the
first query that errors would make every later check error too.

Why an own expectation. `UnexpectedRowsExpectation` runs its query twice, once
for the rows and once for their number. `rows_that_must_not_exist` takes the
number alone: half the time, and the rows are asked for only where a rule fails.
"""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import ModuleType
from typing import Any

import duckdb

from localsdg.checks.deferred import deferred
from localsdg.common.collection import without_collection
from localsdg.common.errors import LocalsdgError

_ENGINE_MODULE = "great_expectations.execution_engine.sqlalchemy_execution_engine"
_PRIVATE_NAME = "_PERSISTED_CONNECTION_DIALECTS"
#: A third of the time of its import: distributions and charts of expectations that no suite has.
_NOT_USED = ("scipy.stats", "altair")
_LOADING = threading.Lock()


class _DialectName(str):
    """A dialect name that also answers `.value`, as the members of GX's enum do."""

    @property
    def value(self) -> str:
        return str(self)


def load_gx() -> ModuleType:
    """Import Great Expectations (2 s the first time), with the fix and without analytics.

    Raises `LocalsdgError` when it is not installed, or when a new version has
    dropped the private name that the fix needs.
    """
    with _LOADING, without_collection():  # the warm-up and the checks may come at the same time
        return _load()


def _load() -> ModuleType:
    # read once, at import: set before, it keeps the library off the network
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    try:
        with deferred("great_expectations", *_NOT_USED):
            import great_expectations
            from great_expectations.execution_engine import sqlalchemy_execution_engine
    except ImportError as error:
        raise LocalsdgError(
            "Great Expectations cannot be imported",
            got=error,
            next_step="install the project with its pinned constraints",
        ) from error
    keep_duckdb_connections(sqlalchemy_execution_engine)
    counting_expectation()
    gc.freeze()  # else Python looks through all objects of 3,000 modules as it ends, which takes a second
    return great_expectations


def keep_duckdb_connections(engine_module: ModuleType) -> None:
    """Add DuckDB to the dialects whose connection is kept; does nothing the second time.

    Raises `LocalsdgError` when the private tuple is gone or is no tuple.
    """
    known = getattr(engine_module, _PRIVATE_NAME, None)
    if not isinstance(known, tuple):
        raise LocalsdgError(
            "this version of Great Expectations cannot be fixed for DuckDB",
            where=f"{_ENGINE_MODULE}.{_PRIVATE_NAME}",
            expected="a tuple of dialects, as in version 1.24.1",
            got=type(known).__name__ if known is not None else "no such name",
            next_step="install great-expectations==1.24.1",
        )
    if "duckdb" not in known:
        setattr(engine_module, _PRIVATE_NAME, (*known, _DialectName("duckdb")))


@cache
def counting_expectation() -> str:
    """Define the counting form of `UnexpectedRowsExpectation`; its type's name.

    Great Expectations registers the class when it is defined; it takes the
    same `unexpected_rows_query`.
    """
    from great_expectations.expectations.core import UnexpectedRowsExpectation

    class RowsThatMustNotExist(UnexpectedRowsExpectation):
        """Fails when the query returns a row; reports how many it returns."""

        metric_dependencies = ("unexpected_rows_query.row_count",)

        def _validate(self, metrics: dict, *_: object, **__: object) -> dict:
            count = metrics["unexpected_rows_query.row_count"]
            return {"success": count == 0, "result": {"observed_value": count}}

    return RowsThatMustNotExist.expectation_type


@contextmanager
def shared_connection(connection: duckdb.DuckDBPyConnection) -> Iterator[dict[str, Any]]:
    """Arguments of `create_engine` (url, creator) that hand out cursors of `connection`.

    All cursors are closed at the end; `connection` itself stays open.
    """
    from duckdb_engine import ConnectionWrapper

    from localsdg.checks.duckdb_dialect import DRIVER

    class WithoutTransactions(ConnectionWrapper):
        """Each query is on its own: one that errors does not affect the rest."""

        def begin(self) -> None: ...

        def commit(self) -> None: ...

        def rollback(self) -> None: ...

    cursors: list[duckdb.DuckDBPyConnection] = []

    def creator() -> ConnectionWrapper:
        cursors.append(connection.cursor())
        return WithoutTransactions(cursors[-1])

    try:
        yield {"url": f"duckdb+{DRIVER}://", "creator": creator}
    finally:
        for cursor in cursors:
            cursor.close()
