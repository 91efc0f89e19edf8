"""What a file of actions states of the register that it is from -> `staging.action_dataset`."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localsdg.common.database import insert_rows
from localsdg.registry.local_governments import slug

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb

    from localsdg.sources.snapshot import FileRecord, Snapshot

#: Facts of a register in words, by their key in `extra` of the file in its manifest.
WORDS = ("title", "publisher", "licence", "attribution", "homepage")
_DAY = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


def dataset_of(file: FileRecord) -> str:
    """Id of the register that a file is: as it was named when taken in, else the file's name."""
    return str(file.extra.get("dataset") or slug(Path(file.name).name.split(".")[0]) or "actions")


def insert_datasets(con: duckdb.DuckDBPyConnection, snapshot: Snapshot, file: FileRecord, used: Iterable[str]) -> None:
    """One row a register that the records of a file name.

    The facts in the manifest describe the register that the file is; of another
    one, which a record names in its column `dataset`, the id alone is known.
    """
    rows = []
    for dataset_id in sorted(set(used)):
        facts = file.extra if dataset_id == dataset_of(file) else {}
        rows.append(
            {
                "release": snapshot.release,
                "snapshot_sha256": file.sha256,
                "dataset_id": dataset_id,
                **{name: _words(facts.get(name)) for name in WORDS},
                "is_self_selected": _truth(facts.get("is_self_selected")),
                "as_of": day_of(facts.get("as_of")),
                "n_in_register": facts.get("n_in_register"),
            }
        )
    insert_rows(con, "staging.action_dataset", rows)


def day_of(stated: Any) -> date | None:
    """The day that a register is as of; of a month or a year the first one. None where none can be read."""
    if isinstance(stated, date):
        return date(stated.year, stated.month, stated.day)
    match = _DAY.match(str(stated or "").strip())
    try:
        return date(*(int(part or 1) for part in match.groups())) if match else None
    except ValueError:
        return None


def _words(stated: Any) -> str | None:
    return str(stated).strip() or None if stated is not None else None


def _truth(stated: Any) -> bool | None:
    """A TOML or JSON truth value, or its word."""
    return {"true": True, "false": False}.get(str(stated).strip().lower())
