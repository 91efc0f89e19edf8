"""The match of all local indicators to the UN framework, when all snapshots and the official list are in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import astuple
from itertools import groupby
from typing import TYPE_CHECKING

from localsdg.common.clean_text import comparable
from localsdg.common.kept import part_key
from localsdg.registry.local_words import word_set
from localsdg.staging.contain import reason_of
from localsdg.staging.kept import NOT_KEPT, StagedParts
from localsdg.staging.local.framework_match import Claim, Framework, Match, match_indicator, reviewed_matches
from localsdg.staging.local.sites import release_ranges

if TYPE_CHECKING:
    import duckdb

_KEY = ("release", "site_id", "local_indicator_id")
_MATCH = ("match", "match_reason", "indicator_code", "target_code", "goal_code")
#: Different texts of a column that are read; more are names of places or people.
_TEXTS = 40
#: What so many different indicators say is remembered.
_REMEMBERED = 50_000
#: Beginning of the reason of an indicator without a match for a program error, which a check counts.
COULD_NOT_COMPARE = "could not be compared: "

Key = tuple[str, str, str]


def prepare_notes(con: duckdb.DuckDBPyConnection) -> None:
    """What the match needs of each indicator and no table keeps: titles by language, declared codes, texts of rows.

    `row_units` is null for an indicator without rows; `row_texts` is column -> texts, where the title says nothing.
    """
    con.execute(
        "create or replace temp table local_note (source varchar, rule_prefix varchar, release varchar, "
        "site_id varchar, local_indicator_id varchar, has_template_title boolean, titles varchar, "
        "target varchar, is_target_in_words boolean, goals varchar, "
        "row_units varchar[], row_texts map(varchar, varchar[]))"
    )


def note_rows(con: duckdb.DuckDBPyConnection) -> None:
    """What the rows in `local_row` say of their indicators -> `local_note`."""
    con.execute(
        "update local_note as n set row_units = o.row_units from ("
        "select s.release, s.site_id, r.indicator_id, coalesce(list_sort(list(distinct r.stated_unit) "
        f"filter (r.stated_unit <> ''))[:{_TEXTS}], []) as row_units "
        "from local_row as r join local_source as s using (file) where r.rule is null group by all) as o "
        "where n.release = o.release and n.site_id = o.site_id and n.local_indicator_id = o.indicator_id"
    )
    con.execute(
        "update local_note as n set row_texts = o.row_texts from ("
        "with entry as (select s.release, s.site_id, r.indicator_id, unnest(map_entries(r.dimensions)) as cell "
        "from local_row as r join local_source as s using (file) join local_note as t on t.release = s.release "
        "and t.site_id = s.site_id and t.local_indicator_id = r.indicator_id "
        "where r.rule is null and t.has_template_title), "
        "texts as (select release, site_id, indicator_id, cell.key as header, "
        f"list_sort(list(distinct cell.value))[:{_TEXTS}] as cells from entry where cell.value <> '' group by all) "
        "select release, site_id, indicator_id, "
        "map(list(header order by header), list(cells order by header)) as row_texts from texts group by all) as o "
        "where n.release = o.release and n.site_id = o.site_id and n.local_indicator_id = o.indicator_id"
    )


def match_all(con: duckdb.DuckDBPyConnection, known: list[tuple] | None = None, parts: StagedParts = NOT_KEPT) -> None:
    """Set match, reason and codes of every indicator, and of the targets declared under it.

    `known` holds (indicator_code, target_code, goal_code, title, language) rows of the official
    list; without it, `staging.indicator` and the official titles of the registry are read. The matches of a
    site are kept in `parts`: they are the same until it says something else, or the list does.
    """
    official = (known, None, False) if known is not None else _official(con)
    framework = Framework.from_rows(official[0], official[1], with_registry=official[2])
    listed = part_key(*official)
    known_matches: dict[str, Match] = {}
    for first, last in release_ranges(con):
        matches: dict[Key, Match] = {}
        for _, of_site in groupby(_noted(con, first, last), key=lambda row: row[:2]):
            site = list(of_site)
            stated = [row[1:] for row in site]
            key = parts.key_of("matches", listed, stated) if parts.are_kept else ""
            kept = parts.store.get_value(key) if key else None
            found = [Match(*one) for one in kept] if kept else [_once(one, framework, known_matches) for one in stated]
            if key and not kept and not any(one.reason.startswith(COULD_NOT_COMPARE) for one in found):
                parts.store.put_value(key, [astuple(one) for one in found])
            matches |= {row[:3]: match for row, match in zip(site, found, strict=True)}
        _write(con, matches, first, last)
    _write_targets(con)


def _noted(con: duckdb.DuckDBPyConnection, first: str, last: str) -> list[tuple]:
    """What is known of the indicators of the releases between two of them, in order of their key."""
    return con.execute(
        "select n.release, n.site_id, n.local_indicator_id, n.has_template_title, n.titles, n.target, "
        "n.is_target_in_words, n.goals, i.unit, n.row_units, n.row_texts "
        "from local_note as n join staging.local_indicator as i using (release, site_id, local_indicator_id) "
        "where n.release between $first and $last and i.release between $first and $last order by 1, 2, 3",
        {"first": first, "last": last},
    ).fetchall()


def _once(stated: tuple, framework: Framework, known: dict[str, Match]) -> Match:
    """The match, computed once for all sites that say the same of an indicator; a reviewed one is of one site."""
    if stated[:2] in reviewed_matches():
        return _match(stated, framework)
    said = repr(stated[1:])
    if said not in known:
        if len(known) >= _REMEMBERED:
            known.clear()
        known[said] = _match(stated, framework)
    return known[said]


def _match(stated: tuple, framework: Framework) -> Match:
    site_id, indicator_id, has_template_title, titles, target, is_in_words, goals, unit, units, texts = stated
    try:
        texts = texts or {}
        named = {header: cells for header, cells in texts.items() if _names_measure(header)}
        claim = Claim(
            site_id,
            indicator_id,
            titles=json.loads(titles),
            has_template_title=has_template_title,
            unit=unit,
            target=target,
            is_target_in_words=is_in_words,
            goals=json.loads(goals),
            row_units=tuple(units or ()),
            row_texts=tuple(cell for cells in named.values() for cell in cells),
            row_groups={
                header: tuple(cells) for header, cells in texts.items() if header not in named and not _is_group(header)
            },
            has_rows=units is not None,
        )
        return match_indicator(claim, framework)
    except Exception as error:  # one odd title leaves the others their match
        return Match("none", f"{COULD_NOT_COMPARE}{reason_of(error)}")


def _write(con: duckdb.DuckDBPyConnection, matches: Mapping[Key, Match], first: str, last: str) -> None:
    """Set the matches of the indicators of the releases between two of them."""
    import pyarrow as pa

    rows = [
        (*key, match.match, match.reason, match.indicator_code, match.target_code, match.goal_code)
        for key, match in matches.items()
    ]
    columns = list(zip(*rows, strict=True)) or [()] * len(_KEY + _MATCH)
    schema = pa.schema([(name, pa.string()) for name in _KEY + _MATCH])
    con.register("matches", pa.Table.from_arrays([pa.array(one, pa.string()) for one in columns], schema=schema))
    con.execute(
        "update staging.local_indicator as i set match = f.match, match_reason = f.match_reason, "
        "indicator_code = f.indicator_code, target_code = f.target_code, goal_code = f.goal_code "
        "from matches as f where f.release = i.release and f.site_id = i.site_id "
        "and f.local_indicator_id = i.local_indicator_id and i.release between ? and ?",
        [first, last],
    )
    con.unregister("matches")


def _write_targets(con: duckdb.DuckDBPyConnection) -> None:
    """The codes of each indicator -> its targets."""
    con.execute(
        "update staging.local_target as t set indicator_code = i.indicator_code, "
        "target_code = i.target_code, goal_code = i.goal_code from staging.local_indicator as i "
        "where i.release = t.release and i.site_id = t.site_id and i.local_indicator_id = t.local_indicator_id"
    )


def _names_measure(header: str) -> bool:
    return comparable(header) in word_set("measure name column")


def _is_group(header: str) -> bool:
    words = comparable(header).split()
    known = word_set("group of people") | word_set("area column") | word_set("part column")
    return comparable(header) in known or any(word in known for word in words)


def _official(con: duckdb.DuckDBPyConnection) -> tuple[list[tuple], list[tuple], bool]:
    """Arguments of `Framework.from_rows`: the newest release that has each indicator, with the UN's series."""
    present = con.execute(
        "select count(*) from duckdb_tables() where schema_name = 'staging' and table_name in ('indicator', 'series')"
    ).fetchone()
    if not present or present[0] < 2:
        return [], [], False
    rows = con.execute(
        "select indicator_code, max_by(target_code, release), max_by(goal_code, release), "
        "max_by(title, release), 'en' from staging.indicator group by indicator_code order by all"
    ).fetchall()
    series = con.execute(
        "select distinct indicator_code, description from staging.series "
        "where indicator_code is not null and description <> '' order by all"
    ).fetchall()
    return rows, series, True
