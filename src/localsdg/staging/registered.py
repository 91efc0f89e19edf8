"""The sources that a build reads, one line each; `registry/sources.toml` says who publishes them."""

from __future__ import annotations

from functools import cache

from localsdg.staging.opensdg.source import OpenSdg
from localsdg.staging.population.source import Population
from localsdg.staging.records.source import Actions, Decisions, Reviews
from localsdg.staging.source import Source
from localsdg.staging.table.source import Table
from localsdg.staging.unsd.source import M49, Unsd


@cache
def registered() -> dict[str, Source]:
    """All sources by id, in the order of this list."""
    sources: tuple[Source, ...] = (
        Unsd(),
        M49(),
        Population(),
        OpenSdg(),
        Table(),
        Reviews(),
        Actions(),
        Decisions(),
    )
    return {source.source_id: source for source in sources}
