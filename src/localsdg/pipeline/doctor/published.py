"""The published file and the snapshots: whole, readable here, and those that were recorded."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from contextlib import closing

from localsdg.common.database import scalar
from localsdg.pipeline.doctor.finding import CheckContext, Finding, in_short, ok, problem, warning
from localsdg.sources.snapshot import sha256_of

_REBUILD = "localsdg build"


def check_published(context: CheckContext) -> Iterator[Finding]:
    """The published file opens in the installed DuckDB, has no log beside it, and is the one of its manifest."""
    import duckdb

    settings = context.settings
    path = settings.published
    if not path.exists():
        yield warning("published file", f"nothing is published at {path}", remedy="localsdg run")
        return
    log = path.with_name(path.name + ".wal")
    if log.exists():
        # DuckDB would replay it into the file at the next opening
        yield problem(
            "published file", f"a write-ahead log is beside it: {log.name}", remedy=f"rm {shlex.quote(str(log))}"
        )
        return
    try:
        with closing(duckdb.connect(str(path), read_only=True)) as con:
            version, written_by, stated = con.execute(
                "select version, duckdb_version, content_hash from meta.release"
            ).fetchall()[0]
            now = _content_hash(con) if context.is_deep else stated
            tables = scalar(con, "select count(*) from duckdb_tables()")
    except (duckdb.Error, IndexError) as error:
        found = f"{path} does not open in DuckDB {duckdb.__version__}: {error}"
        yield problem("published file", found, remedy=_REBUILD)
        return
    manifest = settings.warehouse / "releases" / version / "manifest.json"
    if now != stated and written_by.lstrip("v") == duckdb.__version__:
        yield problem("published file", f"version {version} does not hold the data that it states", remedy=_REBUILD)
    elif manifest.exists() and _stated_hash(manifest.read_text(encoding="utf-8")) != sha256_of(path):
        yield problem("published file", f"version {version} is not the file that was published", remedy=_REBUILD)
    else:
        whole = "whole" if manifest.exists() else "it opens; the manifest of its version is not kept"
        yield ok("published file", f"version {version}, {tables} tables, {whole}")


def check_snapshots(context: CheckContext) -> Iterator[Finding]:
    """Folders below `data/raw` that are no snapshots; with `is_deep` every file against its hash."""
    from localsdg.staging.raw_folder import intact, read_raw

    snapshots, aside = read_raw(context.settings.raw)
    items = [item.line for item in aside]
    if context.is_deep:
        items += [item.line for snapshot in snapshots for item in intact(snapshot)[1]]
    if items:
        found = f"{len(items)} damaged or unfinished: {in_short(items, 3)}"
        yield warning("snapshots", found, remedy="localsdg run --live")
    else:
        how = "every file is the one of its manifest" if context.is_deep else "hashes are compared with --deep"
        yield ok("snapshots", f"{len(snapshots)} pulled; {how}")


def _stated_hash(text: str) -> str | None:
    try:
        return json.loads(text).get("sha256")
    except (ValueError, AttributeError):
        return None


def _content_hash(con: object) -> str:
    from localsdg.warehouse.content_hash import content_hash

    return content_hash(con)  # type: ignore[arg-type]
