"""What the stages of a run share: the database that they fill, the settings, and the id of the run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from localsdg.common.database import model

if TYPE_CHECKING:
    import duckdb

    from localsdg.common.settings import Settings


@dataclass(frozen=True)
class RunContext:
    """Passed to whatever stages, links or checks; the connection is open to the run's work database."""

    con: duckdb.DuckDBPyConnection
    settings: Settings
    run_id: str

    def select(self, name: str) -> str:
        """The SELECT of `sql/<name>.sql`, without a closing semicolon."""
        return model(self.settings.sql / f"{name}.sql")
