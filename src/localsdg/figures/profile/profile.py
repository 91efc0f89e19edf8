"""What a profile of a place holds: its facts, its key numbers, its findings, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from localsdg.figures.briefing.briefing import Briefing, Section, brief, catalogue_id, figure_ids
from localsdg.figures.data import queries
from localsdg.figures.data.compose import breakdown
from localsdg.figures.data.load import load_figures
from localsdg.figures.deck.stamp import Stamp, read_stamp
from localsdg.figures.messages.messages import words
from localsdg.research.areas import find_area
from localsdg.warehouse.query import open_published

if TYPE_CHECKING:
    from localsdg.common.settings import Settings
    from localsdg.figures.data.figure import Result
    from localsdg.figures.messages.messages import Words

#: Findings on the page of a profile.
ON_PAGE = 6
#: A government with fewer findings has some of its country beside them; not those that count local governments.
ENOUGH = 6
_OF_GOVERNMENTS = frozenset({"c04-governments", "c04-reviews", "c04-reviews-areas"})
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
        place = find_area(con, area)
        facts, site = _facts(con, place, w)
    finally:
        con.close()
    stamp = read_stamp(settings, place.code, lang)
    result = load_figures(settings, None, place.code, lang, figure_ids(stamp.outline))
    briefing = brief(result, w, stamp.outline, ON_PAGE)
    if place.is_local and place.country_code:
        briefing = _with_country(settings, briefing, place.country_code, w)
    return Profile(place, stamp, facts, site, result, briefing)


def _with_country(settings: Settings, briefing: Briefing, country_code: str, w: Words) -> Briefing:
    """The briefing of a local government that publishes little, with findings of its country behind its own."""
    room = ENOUGH - sum(len(section.figures) for section in briefing.sections)
    if room <= 0:
        return briefing
    outline = "country"
    country = brief(
        load_figures(settings, None, country_code, w.lang, figure_ids(outline)), w, outline, room + len(_OF_GOVERNMENTS)
    )
    figures = [figure for section in country.sections for figure in section.figures]
    figures = [figure for figure in figures if catalogue_id(figure) not in _OF_GOVERNMENTS][:room]
    section = Section("its_country", w.say("section.its_country"), tuple(figures))
    return replace(briefing, sections=(*briefing.sections, section)) if figures else briefing


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
