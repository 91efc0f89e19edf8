"""A step that needs all sites: the match to the UN framework."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from localsdg.staging.contain import reason_of
from localsdg.staging.local.framework_match import Claim, Framework, Match, match_indicator

if TYPE_CHECKING:
    import duckdb


def prepare_notes(con: duckdb.DuckDBPyConnection) -> None:
    """What the match needs of each indicator and no table keeps: titles by language, declared codes."""
    con.execute(
        "create or replace temp table local_note (source varchar, rule_prefix varchar, release varchar, "
        "site_id varchar, local_indicator_id varchar, has_template_title boolean, titles varchar, "
        "target varchar, is_target_in_words boolean, goals varchar)"
    )


def match_all(con: duckdb.DuckDBPyConnection, known: list[tuple] | None = None) -> None:
    """Set match, reason and codes of every indicator, and of the targets declared under it."""
    import pyarrow as pa

    framework = Framework.from_rows(known if known is not None else _official(con))
    rows = con.execute(
        "select n.release, n.site_id, n.local_indicator_id, n.has_template_title, n.titles, n.target, "
        "n.is_target_in_words, n.goals, i.unit "
        "from local_note as n join staging.local_indicator as i using (release, site_id, local_indicator_id)"
    ).fetchall()
    matches = []
    for release, site_id, indicator_id, has_template_title, titles, target, is_in_words, goals, unit in rows:
        try:
            claim = Claim(
                site_id,
                indicator_id,
                titles=json.loads(titles),
                has_template_title=has_template_title,
                unit=unit,
                target=target,
                is_target_in_words=is_in_words,
                goals=json.loads(goals),
            )
            match = match_indicator(claim, framework)
        except Exception as error:  # one odd title leaves the others their match
            match = Match("none", f"could not be compared: {reason_of(error)}")
        matches.append(
            {
                "release": release,
                "site_id": site_id,
                "local_indicator_id": indicator_id,
                "match": match.match,
                "match_reason": match.reason,
                "indicator_code": match.indicator_code,
                "target_code": match.target_code,
                "goal_code": match.goal_code,
            }
        )
    names = (
        "release",
        "site_id",
        "local_indicator_id",
        "match",
        "match_reason",
        "indicator_code",
        "target_code",
        "goal_code",
    )
    con.register("matches", pa.Table.from_pylist(matches, pa.schema([(name, pa.string()) for name in names])))
    con.execute(
        "update staging.local_indicator as i set match = f.match, match_reason = f.match_reason, "
        "indicator_code = f.indicator_code, target_code = f.target_code, goal_code = f.goal_code "
        "from matches as f where f.release = i.release and f.site_id = i.site_id "
        "and f.local_indicator_id = i.local_indicator_id"
    )
    con.unregister("matches")
    con.execute(
        "update staging.local_target as t set indicator_code = i.indicator_code, "
        "target_code = i.target_code, goal_code = i.goal_code from staging.local_indicator as i "
        "where i.release = t.release and i.site_id = t.site_id and i.local_indicator_id = t.local_indicator_id"
    )


def _official(con: duckdb.DuckDBPyConnection) -> list[tuple]:
    present = con.execute(
        "select 1 from duckdb_tables() where schema_name = 'staging' and table_name = 'indicator'"
    ).fetchone()
    if not present:
        return []
    return con.execute(
        "select indicator_code, max_by(target_code, release), max_by(goal_code, release), "
        "max_by(title, release), 'en' from staging.indicator group by indicator_code"
    ).fetchall()
