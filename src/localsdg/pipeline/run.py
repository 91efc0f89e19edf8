"""A run: where it works, what it has found, the lock that it holds, and how it ended.

A run is known to its process by its id, which is all that Prefect's tasks
carry. `data/warehouse/runs.jsonl` keeps a line a run or pull, failed ones
too; `audit.run` is filled from it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack
from uuid import uuid4

from localsdg.common.context import RunContext
from localsdg.common.database import open_work
from localsdg.common.disk import remove_old
from localsdg.common.errors import BlockedByChecks, LocalsdgError, UsageError
from localsdg.common.interrupts import at_interrupt
from localsdg.common.kept import KeptParts
from localsdg.common.progress import Progress, silent
from localsdg.common.scratch import sweep_scratch
from localsdg.common.settings import Settings
from localsdg.pipeline.run_log import RunStatus, append, error_text, read_runs
from localsdg.pipeline.run_row import not_pulled, run_row
from localsdg.pipeline.snapshots import available_snapshots
from localsdg.pipeline.under_way import at_killed, log_as_killed, marked, noted_writer, unmark, writer_in_words
from localsdg.sources.snapshot import Snapshot
from localsdg.warehouse.releases import finish_killed, published_by

if TYPE_CHECKING:
    import duckdb

    from localsdg.pipeline.outcome import SourceOutcome, Waiting
    from localsdg.staging.ledger import SetAside
    from localsdg.warehouse.publication_diff import PublicationDiff

#: Hours after which what a database spilled to disk is of a process that was killed.
SPILL_HOURS = 1
#: The runs of this process by id; those that ended go when the next begins.
_RUNS: dict[str, Run] = {}
#: Called with each run that has ended, the command of a pull (else ""), and whether a signal ended it;
#: each returns a line for whatever it could not report, and never raises.
_AT_END: list[Callable[[Run, str, bool], list[str]]] = []
#: What makes a warehouse; every other command that is logged is a pull or a check.
_RUN_COMMANDS = ("run", "build")


class RunOptions(TypedDict, total=False):
    """What a run may be asked for; see the fields of `Run`."""

    command: str
    scheduled_for: str | None
    live: bool
    series: tuple[str, ...]
    areas: tuple[str, ...]
    only_bundled: bool
    with_bundled: bool
    strict: bool
    patience: int
    force: bool
    accept: tuple[str, ...]
    reason: str | None
    fresh: bool


@dataclass
class Run:
    """One run: where it works and what it has found so far."""

    settings: Settings
    run_id: str
    started_at: str
    folder: Path
    command: str = "run"  # what began it: run, build, check, pull site, …
    scheduled_for: str | None = None  # when a schedule meant it to begin, UTC, ISO 8601; None: nobody's schedule
    live: bool = False  # pull first
    series: tuple[str, ...] = ()  # what was asked for by name; () is what the evidence needs
    areas: tuple[str, ...] = ()
    only_bundled: bool = False
    with_bundled: bool = True
    strict: bool = False  # nothing is published where anything was set aside
    patience: int = 0  # minutes in which sources that do not answer are asked again
    force: bool = False  # publish also what is published already
    accept: tuple[str, ...] = ()  # sources whose snapshot is used although it lost much, and why
    reason: str | None = None
    fresh: bool = False  # everything is computed again
    version: str = ""
    snapshots: tuple[Snapshot, ...] = ()
    bundled: frozenset[Path] = frozenset()
    loads: list[dict] = field(default_factory=list)
    validation: list[dict] = field(default_factory=list)
    tables: dict[str, int] = field(default_factory=dict)
    manifest: dict = field(default_factory=dict)
    set_aside: list[SetAside] = field(default_factory=list)  # what was left out, and why
    without_model: str = ""  # records whose language has no model of links, in one line
    held_since: dict[str, str] = field(default_factory=dict)  # day by source/name/release of what is not used
    seconds: dict[str, float] = field(default_factory=dict)
    staged_by: dict[str, int] = field(default_factory=dict)  # snapshots by worker, its host and process id
    sources: list[SourceOutcome] = field(default_factory=list)  # of each source that was asked
    waiting: dict[tuple[str, str], Waiting] = field(default_factory=dict)  # by source and name: may yet answer
    changes: PublicationDiff | None = None  # against the file that was published before; None: there was none
    notes: list[str] = field(default_factory=list)  # what went wrong beside the data, a line each
    inputs: dict[str, str] = field(default_factory=dict)  # fingerprint of what it builds from, by kind
    kept: KeptParts = field(default_factory=lambda: KeptParts(None))  # parts of earlier builds
    unchanged: bool = False  # the published file has its data, and stays
    pruned: list[str] = field(default_factory=list)  # versions and snapshots that went by the policy
    status: RunStatus | None = None  # how it ended; None: it has not
    error: BaseException | None = None  # what ended it
    detail: str = ""  # what the log says of a pull that ended without an error and without data
    ended: bool = False
    progress: Progress = field(default_factory=silent)
    _connection: duckdb.DuckDBPyConnection | None = None

    @property
    def work(self) -> str:
        """Database of the staging tables; gone when the run ends.

        In memory (spilling to disk past the limit) where the stages share a
        process, which is twice as fast; a file where they do not.
        """
        if self.settings.task_runner in ("threads", "dask"):  # workers of Dask stage into databases of their own
            return f":memory:{self.run_id}"
        return str(self.folder / "work.duckdb")

    @property
    def built(self) -> Path:
        """The new warehouse, before it has its name."""
        return self.folder / "localsdg.duckdb"

    def connection(self) -> duckdb.DuckDBPyConnection:
        """The connection that keeps the staging tables alive between the stages; it ends with the run."""
        if self._connection is None:
            self._connection = open_work(self.work, self.settings)
        return self._connection

    @contextmanager
    def context(self) -> Iterator[RunContext]:
        """A context for one stage, on a connection of its own: its temporary tables end with the stage."""
        self.connection()
        with closing(open_work(self.work, self.settings)) as con:
            yield RunContext(con, self.settings, self.run_id)

    def clear_work(self) -> None:
        """Let go of the staging tables, so that staging can be done again."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        (self.folder / "work.duckdb").unlink(missing_ok=True)

    def drop(self) -> None:
        """Let go of the staging tables and of the run's folder."""
        self.clear_work()
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def writing(settings: Settings, run: Run | None = None) -> Iterator[None]:
    """Hold the lock of the one writer, for a run or a command; raises `LocalsdgError` when another has it."""
    from filelock import FileLock, Timeout

    settings.warehouse.mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.warehouse / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise LocalsdgError(
            "another run is writing the warehouse",
            where=settings.warehouse,
            got=writer_in_words(settings),
            next_step="wait for it to end, then run the same command; localsdg status, which shows how far it is",
        ) from error
    try:
        with noted_writer(settings, run):
            yield
    finally:
        lock.release()


def begin_run(settings: Settings, progress: Progress | None = None, **options: Unpack[RunOptions]) -> Run:
    """A run with its id and start, before anything is pulled, read or written."""
    at_interrupt(_end_interrupted)
    for run_id in [run.run_id for run in _RUNS.values() if run.ended]:
        del _RUNS[run_id]
    now = datetime.now(UTC).replace(microsecond=0, tzinfo=None)
    run_id = f"{now:%Y%m%dT%H%M%S}-{uuid4().hex[:6]}"
    if options.get("fresh"):
        settings = replace(settings, fresh=True)
    run = Run(settings, run_id, now.isoformat(), settings.warehouse / f".run-{run_id}", **options)
    run.kept = KeptParts(settings.parts_folder)
    run.progress = progress or run.progress
    _RUNS[run_id] = run
    return run


def find_run(run_id: str) -> Run:
    """The run of this process with that id; raises `LocalsdgError` for one of another process."""
    if run_id not in _RUNS:
        raise LocalsdgError(
            "the run belongs to another process",
            expected=", ".join(_RUNS) or "a run of this process",
            got=run_id,
            next_step="localsdg run",
        )
    return _RUNS[run_id]


def is_of_this_process(run: Run) -> bool:
    """Whether this process began the run; another's is known by what it left."""
    return run.run_id in _RUNS


def open_run(run: Run) -> Run:
    """Find the snapshots and make the run's own folder; leftovers of killed runs go.

    Raises `LocalsdgError` when there is nothing to build from. The caller
    holds the lock.
    """
    from localsdg.warehouse.publish import next_version

    remove_leftovers(run.settings)
    run.snapshots, run.bundled, unreadable = available_snapshots(run.settings, run.only_bundled, run.with_bundled)
    run.set_aside += unreadable
    # a scheduled run may begin some milliseconds before its minute, and so on the day before
    day = max(run.started_at, run.scheduled_for or "")[:10]
    run.version = next_version(run.settings, day, (row["version"] or "" for row in read_runs(run.settings)))
    run.folder.mkdir(parents=True)
    return run


def start_run(settings: Settings, progress: Progress | None = None, **options: Unpack[RunOptions]) -> Run:
    """Begin a run and open it at once, for callers that pull nothing."""
    return open_run(begin_run(settings, progress, **options))


def at_end(callback: Callable[[Run, str, bool], list[str]]) -> None:
    """Call this with each run that has ended (see `_AT_END`), after it is in the run log."""
    at_killed(_report_killed)
    if callback not in _AT_END:
        _AT_END.append(callback)


def _log_end(run: Run, detail: BaseException | str | None, *, is_interrupted: bool = False) -> None:
    """Write the end of a run or pull into the run log, and then report it, which may take seconds."""
    row = run_row(run, run.status or RunStatus.FAILED, detail)
    # the run's folder goes before the log is written, which takes room on a full disk
    if is_interrupted:  # another thread may be inside a query: its connection is not closed
        shutil.rmtree(run.folder, ignore_errors=True)
        unmark(run)
    else:
        run.drop()
    append(run.settings, row)
    _report_end(run, row, is_interrupted=is_interrupted)


def _report_end(run: Run, row: dict, *, is_interrupted: bool = False) -> None:
    """Report the end of a run, and write into the run log what could not be reported."""
    pull = "" if run.command in _RUN_COMMANDS else run.command
    lines = [line for callback in _AT_END for line in callback(run, pull, is_interrupted)]
    if lines:  # of two lines of one run the later one counts
        append(run.settings, {**row, "notes": [*row["notes"], *lines]})


def end_run(run: Run, error: BaseException | None = None) -> None:
    """Write the run into the run log and remove its folder; a run ends once."""
    if run.ended:
        return
    run.ended = True
    run.seconds = dict(run.progress.seconds)
    run.status, run.error = _status(run, error), error
    _log_end(run, error)


def _status(run: Run, error: BaseException | None = None) -> RunStatus:
    """How a run ended: what it published counts, whatever happened after."""
    if isinstance(error, BlockedByChecks):
        return RunStatus.BLOCKED
    if run.unchanged:
        return RunStatus.UNCHANGED
    return RunStatus.PUBLISHED if run.manifest else RunStatus.FAILED


@contextmanager
def logged(settings: Settings, command: str) -> Iterator[Run]:
    """A pull, as a line of the run log: what came of each source, how long it took, and why it failed.

    The block adds to the run's `sources` and `set_aside`, and sets `status`
    and `detail` where it ends without an error and yet did not get anything.
    A wrong call (`UsageError`) is no pull, and leaves no line.
    """
    run = begin_run(settings, command=command)
    with marked(run):
        try:
            with run.progress.stage("pull"):
                yield run
            _log_pull(run, run.status or RunStatus.PULLED, run.detail or not_pulled(run.set_aside))
        except UsageError:
            raise
        except BaseException as error:
            run.error = error
            _log_pull(run, RunStatus.FAILED, error_text(error))
            raise
        finally:
            run.ended = True


def _log_pull(run: Run, status: RunStatus, detail: str | None) -> None:
    run.status = status
    if run.error is None and detail:
        run.error = LocalsdgError(detail)
    _log_end(run, f"{run.command}: {detail}" if detail else None)


def _end_interrupted() -> None:
    """Log the runs under way, before a signal ends the process."""
    for run in _RUNS.values():
        if not run.ended:
            run.ended = True
            status = _status(run)
            run.status = status
            if status == RunStatus.FAILED:
                run.error = LocalsdgError("it was interrupted", next_step="localsdg run")
            _log_end(run, "interrupted", is_interrupted=True)


def _report_killed(settings: Settings, row: dict) -> None:
    """Report a run that was killed, which a later one found: what it published counts."""
    command = row.get("command") or "run"
    next_step = "localsdg run" if command in _RUN_COMMANDS else "localsdg status"
    is_published = row["status"] == RunStatus.PUBLISHED
    error = None if is_published else LocalsdgError(f"it was {row['detail']}", next_step=next_step)
    folder = settings.warehouse / f".run-{row['run_id']}"
    run = Run(settings, row["run_id"], row["started_at"] or "", folder, command=command)
    run.status, run.error, run.ended = row["status"], error, True
    run.version, run.manifest = row["version"] or "", published_by(settings, run.run_id)
    _report_end(run, row)


def sweep(settings: Settings) -> None:
    """Remove what killed runs left. Raises `LocalsdgError` while a run is writing."""
    with writing(settings):
        remove_leftovers(settings)


def remove_leftovers(settings: Settings) -> None:
    """Remove what killed runs left, and note that they were killed. The caller holds the lock."""
    finish_killed(settings)
    kinds = (".spill/*", "*.duckdb.tmp/*", ".*.part", ".search-*.tmp")
    remove_old((path for kind in kinds for path in settings.warehouse.glob(kind)), SPILL_HOURS)
    sweep_scratch(settings.scratch)
    for left in sorted(settings.warehouse.glob(".run-*")):
        shutil.rmtree(left, ignore_errors=True)  # first: the log may need the room
        log_as_killed(settings, left.name.removeprefix(".run-"))
