"""`audit.publication_change`: what a publication changed in the one before, kept in the file itself."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from localsdg.common.database import insert_rows
from localsdg.registry.tables import tables

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from localsdg.warehouse.publication_diff import PublicationDiff

TABLE = "audit.publication_change"


def record_changes(built: Path, diff: PublicationDiff) -> int:
    """Write the changes into a built file, before it is published; returns their number.

    A row a table, a UN series and a local government with the numbers of its
    records that came, went or changed, and a row a headline value that moved.
    """
    import duckdb

    versions = {"old_version": diff.old.version, "new_version": diff.new.version}
    names = tables()[TABLE].column_names
    rows = [dict.fromkeys(names) | versions | row for row in _rows(diff)]
    if rows:
        with closing(duckdb.connect(str(built))) as con:
            insert_rows(con, TABLE, rows)
    return len(rows)


def _rows(diff: PublicationDiff) -> Iterator[dict]:
    for row in diff.headlines:
        yield {
            "change_kind": "metric",
            "change_of": row["metric_id"],
            "change_key": " ".join(str(part) for part in (row["area"], row["breakdown"]) if part),
            **{name: row[name] for name in ("old_year", "old_value", "new_year", "new_value", "unit")},
            "reason": "; ".join(row["reasons"]) or None,
        }
    for kind, part, name, key in (
        ("series", "series", "series_code", "dataset_id"),
        ("local government", "local", "local_government_id", "site_id"),
        ("table", "tables", "table_name", None),
    ):
        for row in diff.rows(part):
            counts = {f"n_{count}": row[count] for count in ("added", "removed", "changed")}
            if kind == "table" and not any(counts.values()):
                continue
            reason = None if kind == "table" else _releases(row)
            yield {"change_kind": kind, "change_of": row[name], "change_key": key and row[key], **counts} | {
                "reason": reason
            }


def _releases(row: dict) -> str | None:
    old, new = row["old_release"], row["new_release"]
    return None if old == new else f"{new or 'nothing'} instead of {old or 'nothing'}"
