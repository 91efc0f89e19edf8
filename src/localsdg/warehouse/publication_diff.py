"""What one published file changes in another: schema, rows, values and metrics, of UN and local data alike."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from localsdg.common.database import text

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from localsdg.common.settings import Settings

_PUBLICATION = "select version, content_hash, code_version from {name}.meta.release"


@dataclass(frozen=True)
class Publication:
    """A published file as its own `meta.release` names it."""

    version: str
    content_hash: str
    code_version: str


@dataclass(frozen=True)
class PublicationDiff:
    """The answer: `tables` has the rows of each part, `lines` the same in a few sentences, metrics first."""

    old: Publication
    new: Publication
    tables: dict[str, list[dict]] = field(default_factory=dict)
    lines: tuple[str, ...] = ()

    @property
    def same_data(self) -> bool:
        """Whether both hold the same data, whenever they were built."""
        return self.old.content_hash == self.new.content_hash


def compare_publications(old: Path, new: Path, settings: Settings) -> PublicationDiff:
    """Compare two files, read-only; `old` is the earlier publication."""
    import duckdb

    with closing(duckdb.connect()) as con:
        con.execute(f"set threads = {settings.threads}")
        con.execute(f"attach {text(old)} as old (read_only)")
        con.execute(f"attach {text(new)} as new (read_only)")
        return PublicationDiff(_publication(con, "old"), _publication(con, "new"))


def _publication(con: duckdb.DuckDBPyConnection, name: str) -> Publication:
    return Publication(*con.execute(_PUBLICATION.format(name=name)).fetchall()[0])
