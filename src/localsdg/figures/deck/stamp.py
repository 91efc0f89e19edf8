"""What a deck says of the warehouse behind it, and the name of its file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from localsdg.figures.data import queries
from localsdg.figures.data.catalogue import claim_codes
from localsdg.figures.messages.messages import words
from localsdg.research.areas import find_area
from localsdg.warehouse.query import open_published

if TYPE_CHECKING:
    from collections.abc import Iterable

    from localsdg.common.settings import Settings


@dataclass(frozen=True)
class Stamp:
    """The version behind a deck, and the area that it is about."""

    version: str
    built_at: str  # ISO 8601, UTC
    releases: dict[str, tuple[str, ...]]  # by source
    area_code: str
    area: str  # in the language of the figures
    known_on: str = ""  # the day of the edition, '' for the newest
    area_kind: str = ""  # world, region, country …; '' where it is not known
    event: str = ""  # name, place and date for the first slide; '' for the event that the claims are of

    @property
    def outline(self) -> str:
        """The outline of the briefing for the area: world, country or local_government."""
        if self.area_code == "001" or self.area_kind in ("world", "region", "grouping"):
            return "world"
        return "local_government" if self.area_kind == "local_government" else "country"


def deck_name(claim: str | Iterable[str] | None, area_code: str, lang: str) -> str:
    """`localsdg.pptx` for the World's claims in English; a part says which: `localsdg-C04-724.es.pptx`."""
    parts = ["localsdg"]
    parts += claim_codes(claim)
    if area_code != "001":
        parts.append(area_code)
    return "-".join(parts) + ("" if lang == "en" else f".{lang}") + ".pptx"


def read_stamp(settings: Settings, area: str = "001", lang: str = "en") -> Stamp:
    """The stamp of the published warehouse; raises as `load_figures`."""
    con = open_published(settings)
    try:
        place = find_area(con, area)
        release = queries.rows(con, "select version, cast(built_at as varchar) as built_at from meta.release")[0]
        w = queries.in_edition(con, words(lang))
        releases: dict[str, tuple[str, ...]] = {}
        for row in queries.rows(con, "select source, release from meta.dataset order by source, release"):
            releases[row["source"]] = (*releases.get(row["source"], ()), row["release"])
    finally:
        con.close()
    name = w.area(place.code, place.name)
    return Stamp(release["version"], release["built_at"], releases, place.code, name, w.known_on, place.kind)
