"""What newly pulled snapshots lost against the published file, counted by key from staged records.

The published file holds the records of the snapshots that it was built from, the work
database those of the new ones: neither is staged again. Of files of actions and reviews
all stay in use, so that both sides are staged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localsdg.common.database import insert_rows
from localsdg.pipeline.loss import Loss, LostSeries, NewData, Shrunk
from localsdg.registry.breakdowns import create_macros
from localsdg.registry.loss_limits import loss_limits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import duckdb

    from localsdg.common.context import RunContext

_KEYS = (
    "source varchar, name varchar, series_code varchar, place varchar, year integer, part varchar, content varchar, "
    "area varchar, is_headline boolean"
)
#: What is counted beside the records, in the order of `guard/coverage`.
_COVERED = ("series", "areas", "years", "series with a headline value")


def find_losses(context: RunContext, new: NewData) -> list[Loss]:
    """What each new snapshot lost against its predecessor, losses below both limits left out.

    The published file is attached as `published`. Raises `duckdb.Error` where it has not the
    tables of today, such as one of an early version.
    """
    if not new.pairs and not new.files:
        return []
    con = context.con
    create_macros(con)
    _insert_pairs(con, new)
    _insert_files(con, new)
    for side in ("old", "new"):
        con.execute(f"create or replace temp table guard_{side} ({_KEYS})")
        for name in ("official", "local", "records"):
            con.execute(
                f"insert into guard_{side} by name select * exclude (side) from ({context.select(f'guard/{name}')}) "
                "where side = ?",
                [side],
            )
    con.execute(f"create or replace temp table guard_lost as {context.select('guard/lost')}")
    return [loss for loss in _read(context, new) if loss.is_warned]


def _insert_pairs(con: duckdb.DuckDBPyConnection, new: NewData) -> None:
    con.execute(
        "create or replace temp table guard_pair "
        "(source varchar, name varchar, series_code varchar, old_release varchar, new_release varchar)"
    )
    names = ("source", "name", "series_code", "old_release", "new_release")
    insert_rows(con, "guard_pair", [{name: getattr(pair, name) for name in names} for pair in new.pairs])


def _insert_files(con: duckdb.DuckDBPyConnection, new: NewData) -> None:
    con.execute(
        "create or replace temp table guard_file "
        "(side varchar, source varchar, name varchar, release varchar, sha256 varchar)"
    )
    names = ("side", "source", "name", "release", "sha256")
    insert_rows(con, "guard_file", [{name: getattr(file, name) for name in names} for file in new.files])


def _read(context: RunContext, new: NewData) -> Iterable[Loss]:
    """The losses of each source, and what adds records to a list without repeating one is none."""
    con = context.con
    lost = con.execute(context.select("guard/lost_series")).fetchall()
    limits = _limits(con, new)
    listed = dict(
        con.execute(
            "select (dataset_id, release), count(distinct series_code) from staging.series group by all"
        ).fetchall()
    )
    for source, name, n_old, n_lost, *covered in con.execute(context.select("guard/coverage")).fetchall():
        if any((file.source, file.name) == (source, name) for file in new.files) and n_lost == n_old:
            continue  # a file with other records adds to those of the register
        old_release, new_release, hold_pct = limits[source, name]
        yield Loss(
            source,
            name,
            old_release,
            new_release,
            n_old,
            n_lost,
            hold_pct,
            _shrunk(covered, listed.get((source, old_release)), listed.get((source, new_release))),
            tuple(LostSeries(*row[2:]) for row in lost if row[:2] == (source, name)),
        )


def _shrunk(counts: Sequence[int], old_list: int | None, new_list: int | None) -> tuple[Shrunk, ...]:
    """Of what there is less than before; `counts` are old and new in turn, the lists those of the service."""
    pairs = [*zip(_COVERED, counts[::2], counts[1::2], strict=True)]
    if old_list and new_list:  # a list that was cut off is asked for fewer series
        pairs.append(("series that the source lists", old_list, new_list))
    return tuple(Shrunk(what, old, new) for what, old, new in pairs if new < old)


def _limits(con: duckdb.DuckDBPyConnection, new: NewData) -> dict[tuple[str, str], tuple[str, str, float]]:
    """Old and new release and the limit of each source and name.

    A new release follows older ones of several series: the limit is their mean by records, and
    the release that most records had is named.
    """
    weights = {
        (source, name, code): n
        for source, name, code, n in con.execute(
            "select source, name, series_code, count(*) from guard_old group by all"
        ).fetchall()
    }
    found: dict[tuple[str, str], dict[tuple[str, str], int]] = {}
    for pair in new.pairs:
        weight = weights.get((pair.source, pair.name, pair.series_code), 0) if pair.series_code else 1
        releases = found.setdefault((pair.source, pair.name), {})
        step = (pair.old_release, pair.new_release)
        releases[step] = releases.get(step, 0) + weight
    for file in new.files:
        if file.side == "new":
            step = (file.replaces, file.release)
            found.setdefault((file.source, file.name), {})[step] = 1
    between = loss_limits().hold_between
    limits = {}
    for key, steps in found.items():
        total = sum(steps.values())
        if total:
            old, latest = max(steps, key=lambda step: (steps[step], step))
            limits[key] = (old, latest, sum(between(*step) * n for step, n in steps.items()) / total)
    return limits
