"""Steps that need all sites: the match to the UN framework, and series that two governments share."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from localsdg.staging.contain import reason_of
from localsdg.staging.local.framework_match import Claim, Framework, Match, match_indicator
from localsdg.staging.local.rules import COPY, MARKED_LATER, SAME_AT_OTHERS

if TYPE_CHECKING:
    import duckdb

#: A shared series of this many different values is no chance; zeros and round counts are.
LEAST_VALUES = 5
_MARKED = f"split_part(i.exclusion_rule, '-', -1) in {MARKED_LATER}"


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


def mark_shared(con: duckdb.DuckDBPyConnection) -> None:
    """Mark indicators whose own figures another government publishes as its own, value for value.

    The years and values of the own-area rows must agree in all, and have at
    least `LEAST_VALUES` different values. Where one of the two files names
    its own place (in a row, its metadata or its title) and the other does
    not, the other is the copy; else both are marked: nothing shows which is the copy.
    """
    con.execute(f"""
        create or replace temp table local_shared as
        with newest as (
            select site_id, max(release) as release from staging.local_indicator group by site_id
        ),
        series as (
            select o.release, o.site_id, i.local_government_id, o.local_indicator_id,
                count(distinct o.value) as n_values,
                bool_and(o.reference_area_basis = 'assumed') as is_unnamed,
                hash(list((o.year_text, o.value) order by o.year_text, o.value)) as content_hash
            from staging.local_observation as o
            join newest using (release, site_id)
            join staging.local_indicator as i using (release, site_id, local_indicator_id)
            where o.value is not null and o.reference_area_kind in ('own', 'unknown', 'part')
            group by all
        )
        select a.release, a.site_id, a.local_indicator_id,
            min(b.site_id || '/' || b.local_indicator_id) as shared_with
        from series as a join series as b
            on a.content_hash = b.content_hash and a.local_government_id <> b.local_government_id
        where a.n_values >= {LEAST_VALUES} and (a.is_unnamed or not b.is_unnamed)
        group by all
    """)
    con.execute(
        "update staging.local_indicator as i set shared_with = s.shared_with, exclusion_rule = "
        f"coalesce(exclusion_rule, n.rule_prefix || '-{COPY}'), n_headline = 0 "
        "from local_shared as s join local_note as n using (release, site_id, local_indicator_id) "
        "where s.release = i.release and s.site_id = i.site_id and s.local_indicator_id = i.local_indicator_id"
    )


def mark_same_content(con: duckdb.DuckDBPyConnection) -> None:
    """Mark files whose very bytes three or more governments serve: a starter that is not on our list."""
    con.execute(f"""
        update staging.local_indicator as i set is_placeholder = true, n_headline = 0,
            placeholder_rule = n.rule_prefix || '-{SAME_AT_OTHERS}',
            exclusion_rule = n.rule_prefix || '-{SAME_AT_OTHERS}'
        from local_note as n
        where n.release = i.release and n.site_id = i.site_id and n.local_indicator_id = i.local_indicator_id
            and i.exclusion_rule is null and i.content_sha256 in (
            select content_sha256 from staging.local_indicator
            where content_sha256 is not null and n_rows > 0
            group by content_sha256 having count(distinct local_government_id) >= 3
        )
    """)


def reject_marked(con: duckdb.DuckDBPyConnection) -> None:
    """Move the rows of files that were marked when all sites were in to the rejects.

    A copy or a starter of other places is known only then; its rows must be
    as far from every figure as those of a file that was left out at once,
    and the ledger must balance: what leaves a load's rows out joins its rejects.
    """
    con.execute(f"""
        create or replace temp table local_marked as
        select l.run_id, l.source, l.release, l.file_name, i.exclusion_rule as rule_id,
            o.site_id, o.local_indicator_id, o.row_number,
            o.local_indicator_id || ' row ' || o.row_number || ' ' || o.year_text as row_key,
            coalesce(i.shared_with, left(o.value_raw, 100)) as detail
        from staging.local_observation as o
        join staging.local_indicator as i using (release, site_id, local_indicator_id)
        join local_note as n using (release, site_id, local_indicator_id)
        join audit.source_load as l
            on l.source = n.source and l.release = o.release and l.snapshot_sha256 = o.snapshot_sha256
        where {_MARKED}
    """)
    con.execute(
        "insert into audit.reject by name "
        "select run_id, source, release, file_name, rule_id, row_key, detail from local_marked"
    )
    con.execute(
        "update audit.source_load as l set rows_out = l.rows_out - m.n, "
        "rows_rejected = l.rows_rejected + m.n from (select source, release, file_name, count(*) as n "
        "from local_marked group by all) as m "
        "where l.source = m.source and l.release = m.release and l.file_name = m.file_name"
    )
    con.execute(
        "delete from staging.local_observation as o using local_marked as m "
        "where o.release = m.release and o.site_id = m.site_id and o.local_indicator_id = m.local_indicator_id"
    )
    con.execute(f"update staging.local_indicator as i set n_rows_rejected = n_rows where {_MARKED}")


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
