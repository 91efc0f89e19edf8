"""Rows of many sites that were staged together: kept site by site, and inserted in the order of the sites."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.context import RunContext
from localsdg.common.database import all_or_none, in_order, text
from localsdg.staging.apart import PASSED_ON, Apart, insert_arrow
from localsdg.staging.kept import StagedParts, select_kept, tables_of_part

if TYPE_CHECKING:
    import pyarrow as pa

    from localsdg.sources.snapshot import Snapshot


def keep_sites(own: Apart, snapshots: Sequence[Snapshot], parts: StagedParts) -> None:
    """Keep the rows of each snapshot; each has a release of its own, by which its rows are known."""
    import pyarrow.parquet as pq

    if not parts.are_kept or not snapshots:
        return
    tables = {name: _by_release(own, name) for name in own.filled()}

    for snapshot in snapshots:
        rows = {
            name: by_release[snapshot.release] for name, by_release in tables.items() if snapshot.release in by_release
        }

        def write(folder: Path, rows: dict[str, pa.Table] = rows) -> None:
            for name, table in rows.items():
                pq.write_table(table, folder / f"{name}.parquet", compression="zstd")

        parts.keep(snapshot, write)


def _by_release(own: Apart, name: str) -> dict[str, pa.Table]:
    """The rows of a table by release, without the id of the run, in their order."""
    rows = own.con.execute(f"{select_kept(own.con, name)} order by release, rowid").to_arrow_table()
    counts = own.con.execute(f"select release, count(*) from {name} group by 1 order by 1").fetchall()
    of_release, start = {}, 0
    for release, n in counts:
        of_release[release] = rows.slice(start, n)
        start += n
    return of_release


def load_sites(context: RunContext, own: Apart | None, snapshots: Sequence[Snapshot], kept: Mapping[str, Path]) -> None:
    """Insert the rows of the snapshots in their order: those in `kept` (release -> folder of its part) from there,
    all others from the database apart. All are inserted or none; raises `duckdb.Error`.
    """
    con = own.con if own else context.con
    places = {snapshot.release: at for at, snapshot in enumerate(snapshots)}
    files: dict[str, dict[str, int]] = {}
    for release, folder in kept.items():
        for name in tables_of_part(folder):
            files.setdefault(name, {})[str(folder / f"{name}.parquet")] = places[release]
    staged = own.filled() if own else []
    selects = {
        name: _in_order(name, name in staged, places, files.get(name, {}), context.run_id)
        for name in sorted({*staged, *files})
    }
    with in_order(con):
        _insert(context, own, selects)


def _in_order(name: str, is_staged: bool, places: Mapping[str, int], files: Mapping[str, int], run_id: str) -> str:
    """SELECT of the rows of a table, site by site."""
    run = f", {text(run_id)} as run_id" if name.startswith("audit.") else ""
    paths = ", ".join(text(path) for path, _ in sorted(files.items(), key=lambda one: one[1]))
    if not is_staged:  # files are read in the order in which they are named: nothing is sorted
        return f"select *{run} from read_parquet([{paths}])"
    parts = [
        f"select t.*, p.place_ as place_, t.rowid as row_ from {name} as t "
        f"join {_values(places, 'release')} on p.release = t.release"
    ]
    if files:
        parts.append(
            f"select t.* exclude (filename, file_row_number){run}, p.place_ as place_, t.file_row_number as row_ "
            f"from read_parquet([{paths}], filename = true, file_row_number = true) as t "
            f"join {_values(files, 'filename')} on p.filename = t.filename"
        )
    return f"select * exclude (place_, row_) from ({' union all by name '.join(parts)}) order by place_, row_"


def _values(places: Mapping[str, int], key: str) -> str:
    rows = ", ".join(f"({text(name)}, {place})" for name, place in places.items())
    return f"(values {rows}) as p ({key}, place_)"


def _insert(context: RunContext, own: Apart | None, selects: Mapping[str, str]) -> None:
    con = own.con if own else context.con
    # temporary tables are of one connection; read first, as a part that is gone must be noticed before anything is in
    apart = {name: con.execute(selects[name]).to_arrow_table() for name in selects if own and name in PASSED_ON}
    with all_or_none(context.con) if apart else nullcontext():
        for name, rows in apart.items():
            insert_arrow(context.con, name, rows)
        with all_or_none(con):
            for name in sorted(selects.keys() - apart.keys()):
                con.execute(f"insert into {own.table(name) if own else name} by name {selects[name]}")
