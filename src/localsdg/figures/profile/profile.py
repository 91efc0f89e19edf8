"""What a profile of a place holds: its facts, its key numbers, its findings, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localsdg.figures.briefing.briefing import Briefing, brief, figure_ids
from localsdg.figures.data import queries
from localsdg.figures.data.compose import breakdown
from localsdg.figures.data.load import load_figures
from localsdg.figures.deck.stamp import Stamp, read_stamp
from localsdg.figures.messages.messages import words
from localsdg.warehouse.query import open_published

if TYPE_CHECKING:
    from localsdg.common.settings import Settings
    from localsdg.figures.data.figure import Result
    from localsdg.figures.messages.messages import Words

#: Findings on the page of a profile.
ON_PAGE = 6
_FACTS = (
    "select level, population, population_year, site_url from core.local_government where local_government_id = $id"
)


@dataclass(frozen=True)
class Profile:
    """The profile of one place, in one language."""

    place: queries.Area
    stamp: Stamp
    facts: tuple[str, ...]  # what the place is, in words
    site: str  # web address of a local government's own site, '' where none is known
    result: Result
    briefing: Briefing


def load_profile(settings: Settings, area: str, lang: str = "en") -> Profile:
    """The profile of a country, a region, the World or a local government; raises as `load_figures`."""
    con = open_published(settings)
    try:
        queries.check_tables(con, settings)
        w = queries.in_edition(con, words(lang))
        place = queries.find_area(con, area)
        facts, site = _facts(con, place, w)
    finally:
        con.close()
    stamp = read_stamp(settings, place.code, lang)
    result = load_figures(settings, None, place.code, lang, figure_ids(stamp.outline))
    return Profile(place, stamp, facts, site, result, brief(result, w, stamp.outline, ON_PAGE))


def _facts(con: Any, place: queries.Area, w: Words) -> tuple[tuple[str, ...], str]:
    """Kind and country of a place; of a local government its people and its own site too."""
    if not place.is_local:
        key = place.kind if place.kind in ("country", "region") else "region"
        return (w.say(f"profile.{key}"),), ""
    row = con.execute(_FACTS, {"id": place.code}).to_arrow_table().to_pylist()[0]
    kind = breakdown("level", row["level"], w) if row["level"] else w.say("profile.local_government")
    facts = [kind[:1].upper() + kind[1:]]
    if place.country:
        facts.append(w.area(place.country_code, place.country))
    if row["population"]:
        facts.append(w.say("profile.people", n=w.number(row["population"])))
    url = row["site_url"] or ""
    return tuple(facts), url if url.startswith(("https://", "http://")) else ""
