"""Snapshots staged one by one, each apart from the others; what earlier runs made of one is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

from localsdg.common.context import RunContext
from localsdg.common.database import scalar
from localsdg.staging.apart import Apart, apart, filled_tables
from localsdg.staging.kept import Faults, load_part, write_part

if TYPE_CHECKING:
    from localsdg.sources.snapshot import Snapshot
    from localsdg.staging.source import Staging


def stage_each(
    staging: Staging,
    snapshots: Sequence[Snapshot],
    prepare: Callable[[Staging], None],
    stage: Callable[[RunContext, Snapshot], object],
    *,
    is_by_release: bool = False,
) -> None:
    """Stage what is usable of each snapshot, whose files are verified, or insert what was kept of it.

    `prepare` makes what `stage` needs beside the tables. Where `stage` reads and changes rows of its release
    alone (`is_by_release`), the rows of other releases may be in the same tables.
    """
    with ExitStack() as stack:
        own: Apart | None = None
        for usable in map(staging.usable, snapshots):
            if _was_kept(staging, usable):
                continue
            if not staging.parts.are_kept and _is_alone(staging.context, usable, is_by_release):
                stage(staging.context, usable)  # nothing is copied
                continue
            if own is None:
                own = stack.enter_context(apart(staging.context, lambda context: prepare(staging.within(context))))
            _stage(staging, own, usable, stage)


def _is_alone(context: RunContext, snapshot: Snapshot, is_by_release: bool) -> bool:
    """Whether no rows are there, or none of its release."""
    filled = filled_tables(context.con)
    if not filled or not is_by_release:
        return not filled
    # of the other tables none has rows of one snapshot
    with_release = "select schema_name || '.' || table_name from duckdb_columns() where column_name = 'release'"
    names = {name.removeprefix("main.") for (name,) in context.con.execute(with_release).fetchall()}
    held = [f"select release from {name}" for name in filled if name in names]
    same = f"select exists (from ({' union all '.join(held)}) where release = ?)"
    return not (held and scalar(context.con, same, [snapshot.release]))


def _was_kept(staging: Staging, usable: Snapshot, *, is_new: bool = False) -> bool:
    """Whether the rows of the snapshot were kept, and are in the tables now; `is_new` is a part of this run."""
    import duckdb

    if (folder := staging.parts.find(usable, is_new=is_new)) is None:
        return False
    try:
        load_part(staging.context.con, staging.context.run_id, folder)
    except duckdb.InterruptException:
        raise
    except duckdb.Error:  # another process may have removed it
        staging.parts.refuse(usable)
        return False
    return True


def _stage(staging: Staging, own: Apart, usable: Snapshot, stage: Callable[[RunContext, Snapshot], object]) -> None:
    faults = Faults()
    stage(own.context, usable)
    if not faults.any and staging.parts.keep(usable, lambda folder: write_part(own.con, own.filled(), folder)):
        own.clear()  # first: a release is in memory once
        if _was_kept(staging, usable, is_new=True):
            return
        stage(own.context, usable)
    own.pass_on()
    own.clear()
