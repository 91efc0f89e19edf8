"""Publishing into a lake: what differs, in one transaction, again where another writer was first.

Readers see a version as a whole or not at all: a transaction of DuckLake is one
snapshot. Two writers of unlike tables never wait for each other; of two that
changed the same table the second is refused at its end, compares anew and tries again.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from localsdg.common.database import identifier, text
from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.registry.lake import OF_SITES, SITE, LakeTable, lake_sources, lake_tables
from localsdg.warehouse.content_hash import hash_expression
from localsdg.warehouse.lake.catalog import LAKE, Catalog, open_lake, without_password

if TYPE_CHECKING:
    import duckdb

    from localsdg.common.settings import Settings

#: How often a publication is tried, and the longest wait between in seconds: a writer of all UN rows takes minutes.
_ATTEMPTS, _LONGEST_WAIT = 12, 30.0
_WAREHOUSE = "warehouse"
_AUTHOR = "localsdg"
#: Name and type of each column of a table.
Columns = list[tuple[str, str]]


@dataclass(frozen=True)
class Published:
    """What a publication did: the version, the snapshot that holds it (None where nothing differed), rows written.

    `rows` are those written, by table; `attempts` is 1 where no other writer was in the way.
    """

    version: str
    snapshot: int | None
    rows: dict[str, int] = field(default_factory=dict)
    attempts: int = 1


def publish(
    settings: Settings,
    catalog: Catalog,
    data: str | None = None,
    *,
    sources: Sequence[str] = (),
    sites: Sequence[str] = (),
) -> Published:
    """Write the published file, or the tables of some sources or sites, into a lake as one snapshot.

    Without `sources` and `sites` every table is made what the published file has.
    Raises `UsageError` for unknown names, `LocalsdgError` where the lake does not open
    or other writers were first each time.
    """
    import duckdb
    from tenacity import RetryError, Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

    sources = _checked_sources(sources, sites)
    if not settings.published.exists():
        raise LocalsdgError("there is no warehouse yet", where=settings.published, next_step="localsdg run")
    retrying = Retrying(
        retry=retry_if_exception(_is_conflict),
        stop=stop_after_attempt(_ATTEMPTS),
        wait=wait_random_exponential(multiplier=0.2, max=_LONGEST_WAIT),
    )
    try:
        for attempt in retrying:
            with attempt, closing(open_lake(settings, catalog, data=data, is_writer=True)) as con:
                con.execute(f"attach {text(settings.published)} as {_WAREHOUSE} (read_only)")
                try:
                    _check_sites(con, sites)
                    return _publish_once(con, sources, sites, attempt.retry_state.attempt_number)
                finally:
                    _let_go(con)
    except RetryError as error:
        last = error.last_attempt.exception()
        raise LocalsdgError(
            "other writers changed the same tables each time",
            where=catalog.shown,
            expected=f"one of {_ATTEMPTS} attempts without another writer",
            got=without_password(" ".join(str(last).split())),
            next_step="localsdg lake publish, when they have ended",
        ) from error
    except duckdb.Error as error:
        raise LocalsdgError(
            "the lake was not written; readers see what was there before",
            where=catalog.shown,
            got=without_password(" ".join(str(error).split())),
        ) from error
    raise AssertionError("tenacity returns or raises")


def write_tables(
    con: duckdb.DuckDBPyConnection, tables: Sequence[LakeTable], sites: Collection[str] = (), *, target: str = LAKE
) -> dict[str, int]:
    """Make the tables of `target` what the attached `warehouse` has, within the caller's transaction.

    Only parts that differ are written. Returns the rows written by table, without those of which nothing differed.
    """
    written = {}
    known, found = _columns(con, _WAREHOUSE), _columns(con, target)
    for table in tables:
        name = table.table.name
        _make_table(con, table, known[name], found.get(name, []), target, is_whole=not (sites or table.is_merged))
        only = [f"{SITE} in ({', '.join(map(text, sites))})"] if sites and table.part == SITE else []
        n_rows = _write_table(con, table, known[name], " and ".join(only) or "true", target)
        if n_rows is not None:
            written[name] = n_rows
    return written


def _let_go(con: duckdb.DuckDBPyConnection) -> None:
    """Detach the warehouse: a refused commit of DuckLake holds it open after the connection is closed."""
    import duckdb

    for sql in ("rollback", f"detach {_WAREHOUSE}"):
        with suppress(duckdb.Error):  # there may be no transaction any more
            con.execute(sql)


def _publish_once(
    con: duckdb.DuckDBPyConnection, sources: Sequence[str], sites: Sequence[str], attempt: int
) -> Published:
    row = con.execute(f"select version, content_hash, code_version from {_WAREHOUSE}.meta.release").fetchone()
    version, content_hash, code_version = row or ("", "", "")
    con.execute("begin")
    rows = write_tables(con, lake_tables(sources), sites)
    if not rows:
        con.execute("rollback")
        return Published(version, None, attempts=attempt)
    of = f" of {', '.join(sources)}" if sources else ""
    facts = {
        "version": version,
        "content_hash": content_hash,
        "sources": list(sources),
        "sites": list(sites),
        "rows": rows,
    }
    con.execute(
        f"call {LAKE}.set_commit_message(?, ?, extra_info => ?)",
        [f"{_AUTHOR} {code_version}", f"version {version}{of}", json.dumps(facts)],
    )
    con.execute("commit")
    row = con.execute(f"select id from ducklake_last_committed_snapshot('{LAKE}')").fetchone()
    return Published(version, row[0] if row else None, rows, attempt)


def _write_table(
    con: duckdb.DuckDBPyConnection, table: LakeTable, columns: Columns, where: str, target: str
) -> int | None:
    """Write the parts of a table that differ; the rows written, or None where none differs."""
    ours, theirs = f"{_WAREHOUSE}.{table.table.name}", f"{target}.{table.table.name}"
    part = f"coalesce(cast({identifier(table.part)} as varchar), '')" if table.part else "''"
    differing, gone = _differing(con, table, columns, part, where, ours, theirs)
    if table.is_merged:
        gone = []
    if not differing and not gone:
        return None
    con.execute(f"delete from {theirs} where ({where}) and list_contains(?::varchar[], {part})", [differing + gone])
    # rows in one order: a reader skips the groups of rows that cannot hold what it asks for
    order = ", ".join(map(identifier, table.table.primary_key)) or "all"
    chosen = f"select * from {ours} where ({where}) and list_contains(?::varchar[], {part}) order by {order}"
    row = con.execute(f"insert into {theirs} by name {chosen}", [differing]).fetchone()
    return row[0] if row else 0


def _make_table(
    con: duckdb.DuckDBPyConnection, table: LakeTable, known: Columns, found: Columns, target: str, *, is_whole: bool
) -> None:
    """Make the table where it is missing or, when all of it is written, has other columns."""
    if found == known:
        return
    if found and not is_whole:
        raise LocalsdgError(
            "the table of the lake has other columns: another version of localsdg wrote it",
            where=table.table.name,
            expected=", ".join(name for name, _ in known),
            got=", ".join(name for name, _ in found),
            next_step="localsdg lake publish, without --source and --site, from the newer version",
        )
    con.execute(f"create schema if not exists {target}.{table.table.schema}")
    con.execute(f"drop table if exists {target}.{table.table.name}")
    columns = ", ".join(f"{identifier(name)} {kind}" for name, kind in known)
    con.execute(f"create table {target}.{table.table.name} ({columns})")


def _columns(con: duckdb.DuckDBPyConnection, database: str) -> dict[str, Columns]:
    """Names and types of the columns of all tables: one question, since a catalogue may be far away."""
    rows = con.execute(
        "select schema_name || '.' || table_name, column_name, data_type from duckdb_columns() "
        "where database_name = ? order by schema_name, table_name, column_index",
        [database],
    ).fetchall()
    found: dict[str, Columns] = {}
    for table, name, kind in rows:
        found.setdefault(table, []).append((name, kind))
    return found


def _differing(
    con: duckdb.DuckDBPyConnection,
    table: LakeTable,
    columns: Columns,
    part: str,
    where: str,
    ours: str,
    theirs: str,
) -> tuple[list[str], list[str]]:
    """The parts whose rows differ, and those that the warehouse does not have; by count and hash of all columns."""
    known = {column.name: column for column in table.table.columns}
    hashed = ", ".join(
        hash_expression(table.table, known[name]) if name in known else identifier(name) for name, _ in columns
    )
    sums = f"select {part} as part, count(*) as n, sum(hash({hashed})) as h from {{}} where {where} group by 1"
    rows = con.execute(
        f"with ours as ({sums.format(ours)}), theirs as ({sums.format(theirs)}) "
        "select coalesce(ours.part, theirs.part) as part, ours.part is null from ours full join theirs "
        "on ours.part = theirs.part where ours.n is distinct from theirs.n or ours.h is distinct from theirs.h "
        "order by all"
    ).fetchall()
    return [name for name, is_gone in rows if not is_gone], [name for name, is_gone in rows if is_gone]


def _checked_sources(sources: Sequence[str], sites: Sequence[str]) -> list[str]:
    known = lake_sources()
    if unknown := [name for name in sources if name not in known]:
        raise UsageError(
            "no such source can be published alone",
            where="--source",
            expected=", ".join(known),
            got=", ".join(unknown),
            next_step="localsdg lake publish --help",
        )
    if sites and set(sources) - {OF_SITES}:
        raise UsageError(
            "--site is of local sites alone",
            where="--source",
            expected=f"--source {OF_SITES}, or none, beside --site",
            got=", ".join(sources),
            next_step="localsdg lake publish --help",
        )
    return [OF_SITES] if sites else sorted(set(sources))


def _check_sites(con: duckdb.DuckDBPyConnection, sites: Sequence[str]) -> None:
    known = [name for (name,) in con.execute(f"select site_id from {_WAREHOUSE}.core.local_site order by 1").fetchall()]
    if unknown := [name for name in sites if name not in known]:
        raise UsageError(
            "no such site in the warehouse",
            where="--site",
            expected=", ".join(known) or "a warehouse with local sites",
            got=", ".join(unknown),
            next_step='localsdg query "select site_id from core.local_site"',
        )


def _is_conflict(error: BaseException) -> bool:
    """Whether another writer was first: the same publication may do better on what is there now."""
    words = str(error).lower()
    is_of_database = "duckdb" in type(error).__module__ or isinstance(error, LocalsdgError)
    return is_of_database and any(
        part in words for part in ("conflict", "could not serialize", "duplicate key", "already exists")
    )
