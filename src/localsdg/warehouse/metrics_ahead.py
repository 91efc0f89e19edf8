"""Computing the rows of metrics ahead of their turn, several at once.

Most metrics are independent of each other, and each takes one thread, so that its sums come out the same in
every build. The rows of those whose inputs are complete are computed beside the build, on connections of
their own, and go into the file in the order of the models.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from types import TracebackType
from typing import TYPE_CHECKING

from localsdg.warehouse.models import Model
from localsdg.warehouse.run_models import MetricRows, compute_metric

if TYPE_CHECKING:
    import duckdb


class MetricsAhead:
    """The rows of metrics, computed by as many threads as `threads`; a context manager.

    `con` has set its number of threads to one. All tables without a schema that models read are there when
    the first metric starts, and do not change until the block ends.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, threads: int) -> None:
        self._con = con
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="metric")
        self._n_free = threads  # connections that are not made yet
        self._idle: SimpleQueue[duckdb.DuckDBPyConnection] = SimpleQueue()
        self._made: list[duckdb.DuckDBPyConnection] = []
        self._started: dict[str, Future[MetricRows]] = {}

    def __enter__(self) -> MetricsAhead:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            for one in self._made:
                one.interrupt()
        self._pool.shutdown(cancel_futures=True)
        for one in self._made:
            one.close()

    def start(self, models: Iterable[Model], coverage: str) -> None:
        """Begin with the metrics of these models that have not begun; all that they read is there."""
        for one in models:
            if one.is_metric and one.target not in self._started:
                if self._n_free:
                    self._n_free -= 1
                    self._made.append(_beside(self._con))
                    self._idle.put(self._made[-1])
                self._started[one.target] = self._pool.submit(self._compute, one, coverage)

    def rows(self, one: Model) -> MetricRows | None:
        """The rows of a metric that has begun, once they are computed; raises what its SELECT raised."""
        begun = self._started.get(one.target)
        return begun.result() if begun else None

    def _compute(self, one: Model, coverage: str) -> MetricRows:
        con = self._idle.get()
        try:
            # a transaction of its own: an answer of the metric before that was not read to its end holds the old one,
            # which does not see what the build has added since
            con.execute("begin transaction")
            return compute_metric(con, one, coverage)
        finally:
            con.execute("rollback")  # nothing was written
            self._idle.put(con)


def _beside(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """A further connection to the same database, with copies of the temporary tables and views, which are of one."""
    other = con.cursor()
    other.execute("set timezone = 'UTC'")
    tables = con.execute("select table_name from duckdb_tables() where temporary order by all").fetchall()
    for (name,) in tables:
        other.register("copied", con.execute(f"from {name}").to_arrow_table())
        other.execute(f"create temp table {name} as from copied")
        other.unregister("copied")
    views = con.execute("select sql from duckdb_views() where temporary and not internal order by all").fetchall()
    for (sql,) in views:
        other.execute(sql)
    return other
