"""Equal numbers under several codes of one site: one series filed twice, or one file in two places by mistake.

Right are the codes of one UN indicator (1.5.1, 11.5.1, 13.1.1), a base file beside its series
(`1-3-1`, `1-3-1-SERIE-A`), and a series that the site files twice under one title. All others
name one another in `shared_with`. The same numbers cannot be of two places, nor two different
UN indicators: where the descriptions contradict one another, the one that is contradicted gives
no headline. Its rows stay, and `shared_reason` says why.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from localsdg.common.database import insert_rows
from localsdg.registry.local_governments import normal
from localsdg.registry.local_words import same_indicators
from localsdg.staging.local.copies import CONTENT
from localsdg.staging.local.framework_match import NEAR, similarity
from localsdg.staging.local.rules import LEAST_VALUES
from localsdg.staging.local.sites import release_ranges

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Repeat:
    """An indicator with the same years and values as another one of its site.

    `area_kinds` are the kinds of area that its rows are of; `is_official` says that its match is an official code,
    `is_official_wording` that its title is the official one, or that it has none.
    """

    release: str
    site_id: str
    local_indicator_id: str
    titles: frozenset[str] = frozenset()
    area_kinds: frozenset[str] = frozenset({"own"})
    is_official: bool = False
    is_official_wording: bool = False

    @property
    def is_extended(self) -> bool:
        """The id extends a code of three parts."""
        return self.local_indicator_id.count("-") > 2

    @property
    def code(self) -> str:
        """The first code of the UN indicator that the id is or extends, else the id's first three parts."""
        stem = ".".join(self.local_indicator_id.lower().split("-")[:3])
        return same_indicators().get(stem, stem)


def mark_repeats(con: duckdb.DuckDBPyConnection, known: Sequence[tuple] | None = None) -> None:
    """Set `shared_with` and `shared_reason` of equal series of one site, and take contradicted headlines away.

    `known` holds (code, target, goal, title[, language]) rows of the official list; without it
    `staging.indicator` is read. Equal are all years and values, with at least `LEAST_VALUES` different values.
    """
    marks = []
    repeats = _equal_series(con, _official_titles(con, known))
    for _, group in groupby(repeats, key=lambda pair: pair[0]):
        equal = [repeat for _, repeat in group]
        marks += [mark for repeat in equal if (mark := _mark(repeat, equal))]
    if not marks:
        return
    con.execute(
        "create or replace temp table local_repeat (release varchar, site_id varchar, "
        "local_indicator_id varchar, shared_with varchar, shared_reason varchar, is_contradicted boolean)"
    )
    insert_rows(con, "local_repeat", marks)
    here = "r.release = {0}.release and r.site_id = {0}.site_id and r.local_indicator_id = {0}.local_indicator_id"
    con.execute(
        "update staging.local_indicator as i set shared_with = coalesce(i.shared_with, r.shared_with), "
        "shared_reason = coalesce(i.shared_reason, r.shared_reason), "
        "n_headline = case when r.is_contradicted then 0 else i.n_headline end "
        f"from local_repeat as r where {here.format('i')}"
    )
    con.execute(
        "update staging.local_observation as o set is_headline = false "
        f"from local_repeat as r where o.is_headline and r.is_contradicted and {here.format('o')}"
    )


def contradiction(repeat: Repeat, other: Repeat) -> str | None:
    """What of the other indicator's description contradicts this one, which has the same numbers; None where nothing.

    A place is stated of either: the one that calls the numbers its own is withheld, for the other is no headline.
    The site's own words are believed before the platform's: a title that the site wrote and that has
    no content word of the official one is of another subject.
    """
    elsewhere = other.area_kinds & {"national", "regional", "other"}
    if "own" in repeat.area_kinds and elsewhere and "own" not in other.area_kinds:
        return f"the same numbers as {other.local_indicator_id}, which are of another area ({', '.join(elsewhere)})"
    if repeat.titles & other.titles:
        return None
    # a series of an indicator (`11-6-1-SERIE-D`) may well be another indicator too
    if repeat.is_official and other.is_official and not (repeat.is_extended or other.is_extended):
        return f"the same numbers as {other.local_indicator_id}, another official indicator"
    if repeat.is_official_wording and not other.is_official_wording and not _is_related(repeat, other):
        return f"the same numbers as {other.local_indicator_id}, which the site's own title calls another subject"
    return None


def _mark(repeat: Repeat, equal: Sequence[Repeat]) -> dict[str, object] | None:
    others = [other for other in equal if other.code != repeat.code]
    if not others:
        return None
    reasons = [(other, reason) for other in others if (reason := contradiction(repeat, other))]
    other = reasons[0][0] if reasons else others[0]
    reason = f"no headline: {reasons[0][1]}" if reasons else _agreement(repeat, other)
    return {
        "release": repeat.release,
        "site_id": repeat.site_id,
        "local_indicator_id": repeat.local_indicator_id,
        "shared_with": f"{repeat.site_id}/{other.local_indicator_id}",
        "shared_reason": reason,
        "is_contradicted": bool(reasons),
    }


def _agreement(repeat: Repeat, other: Repeat) -> str:
    if repeat.titles & other.titles:
        return "one series of the site under several codes, with one title"
    same = "the same years and values under several codes of the site"
    return f"{same}, with different titles" if repeat.titles and other.titles else f"{same}, not all with a title"


def _is_related(repeat: Repeat, other: Repeat) -> bool:
    """Whether any two of the titles share a content word; a title that is not there denies nothing."""
    pairs = [(mine, theirs) for mine in repeat.titles for theirs in other.titles]
    return not pairs or any(similarity(mine, theirs) > 0 for mine, theirs in pairs)


def _equal_series(con: duckdb.DuckDBPyConnection, official: dict[str, list[str]]) -> list[tuple[int, Repeat]]:
    """(content, indicator) of the series that a site has twice or more, in the order of contents and ids."""
    query = f"""
        with contents as (
            select o.release, o.site_id, o.local_indicator_id, {CONTENT} as content_hash
            from staging.local_observation as o
            where o.value is not null and o.release between $first and $last
            group by all
        ),
        repeated as (
            select release, site_id, content_hash from contents group by all having count(*) > 1
        ),
        equal as materialized (
            select c.* from contents as c semi join repeated using (release, site_id, content_hash)
        ),
        -- of these few alone: to count the different values of all takes long
        series as (
            select o.release, o.site_id, o.local_indicator_id,
                list_sort(list(distinct o.reference_area_kind)) as area_kinds, any_value(e.content_hash) as content_hash
            from staging.local_observation as o
            join equal as e using (release, site_id, local_indicator_id)
            where o.value is not null and o.release between $first and $last
            group by all
            having count(distinct o.value) >= {LEAST_VALUES}
        )
        select s.content_hash, s.release, s.site_id, s.local_indicator_id, s.area_kinds, i.match, n.titles,
            n.has_template_title
        from series as s
        join staging.local_indicator as i using (release, site_id, local_indicator_id)
        join local_note as n using (release, site_id, local_indicator_id)
        where i.release between $first and $last and n.release between $first and $last
        qualify count(*) over (partition by s.release, s.site_id, s.content_hash) > 1
        order by s.release, s.site_id, s.content_hash, s.local_indicator_id
    """
    ranges = release_ranges(con)
    rows = [row for first, last in ranges for row in con.execute(query, {"first": first, "last": last}).fetchall()]
    found = []
    for content, release, site_id, indicator_id, kinds, match, titles, has_template_title in rows:
        words = frozenset(normal(title) for title in json.loads(titles).values())
        is_official = str(match).startswith("official")
        code = ".".join(indicator_id.lower().split("-")[:3])
        near = any(similarity(mine, title) >= NEAR for mine in words for title in official.get(code, ()))
        wording = has_template_title or is_official or not words or near
        group = hash((release, site_id, content))
        found.append((group, Repeat(release, site_id, indicator_id, words, frozenset(kinds), is_official, wording)))
    return found


def _official_titles(con: duckdb.DuckDBPyConnection, known: Sequence[tuple] | None) -> dict[str, list[str]]:
    if known is None:
        present = con.execute(
            "select 1 from duckdb_tables() where schema_name = 'staging' and table_name = 'indicator'"
        ).fetchone()
        known = (
            con.execute("select indicator_code, null, null, title from staging.indicator").fetchall() if present else []
        )
    titles: dict[str, list[str]] = {}
    for code, _, _, title, *_ in known:
        if title and title not in titles.setdefault(code, []):
            titles[code].append(title)
    return titles
