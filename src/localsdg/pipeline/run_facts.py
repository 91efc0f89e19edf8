"""What the run log and its marks read of a run, apart from the class `Run`, which writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from localsdg.common.progress import Progress
    from localsdg.common.settings import Settings
    from localsdg.pipeline.outcome import SourceOutcome
    from localsdg.sources.snapshot import Snapshot
    from localsdg.staging.ledger import SetAside


class RunFacts(Protocol):
    """A run; see the fields of `Run`."""

    settings: Settings
    run_id: str
    started_at: str
    command: str
    scheduled_for: str | None
    live: bool
    version: str
    snapshots: tuple[Snapshot, ...]
    loads: list[dict]
    set_aside: list[SetAside]
    sources: list[SourceOutcome]
    notes: list[str]
    progress: Progress
