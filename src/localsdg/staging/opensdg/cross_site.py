"""Steps that need all sites: the match to the UN framework, and series that two governments share."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from localsdg.staging.contain import reason_of
from localsdg.staging.opensdg.match import Framework, Match, match_indicator
from localsdg.staging.opensdg.meta import Fields, as_list, stated_text

if TYPE_CHECKING:
    import duckdb

#: Fields that the match reads.
_READ = ("target_id", "sdg_goal", "goal_number", "SDG_TARGET", "target_name", "localsdg_target_in_words")
SHARED_RULE, SAME_RULE = "OSDG-C01", "OSDG-P05"
#: Rules of `finish`: they mark what is staged and reject no row, so that loads stay in balance.
MARK_RULES = {
    SHARED_RULE: "a copy: another government publishes the same years and values as its own",
    SAME_RULE: "placeholder: the same file stands at three unrelated governments or more",
}
#: A shared series of this many different values is no chance; zeros and round counts are.
LEAST_VALUES = 5


def prepare_notes(con: duckdb.DuckDBPyConnection) -> None:
    """What the match needs of each indicator and no table keeps: titles by language, declared codes."""
    con.execute(
        "create or replace temp table osdg_note (release varchar, site_id varchar, "
        "local_indicator_id varchar, is_template boolean, titles varchar, fields varchar)"
    )


def note(
    release: str, site_id: str, indicator_id: str, titles: dict[str, str], is_template: bool, fields: Fields
) -> dict:
    """One row of the notes; a bundle tells the words of a long title after which it was cut."""
    titles = {
        language: " ".join([title, *map(str, as_list(fields.get(f"localsdg_title_words_{language}")))])
        for language, title in titles.items()
    }
    return {
        "release": release,
        "site_id": site_id,
        "local_indicator_id": indicator_id,
        "is_template": is_template,
        "titles": json.dumps(titles),
        "fields": json.dumps({name: stated_text(fields.get(name))[:80] for name in _READ if fields.get(name)}),
    }


def match_all(con: duckdb.DuckDBPyConnection, known: list[tuple] | None = None) -> None:
    """Set match, reason and codes of every indicator, and of the targets declared under it."""
    import pyarrow as pa

    framework = Framework.from_rows(known if known is not None else _official(con))
    rows = con.execute(
        "select n.release, n.local_indicator_id, n.site_id, n.is_template, n.titles, n.fields, i.unit "
        "from osdg_note as n join staging.local_indicator as i using (release, local_indicator_id)"
    ).fetchall()
    found = []
    for release, indicator_id, site_id, is_template, titles, fields, unit in rows:
        try:
            one = match_indicator(
                site_id,
                indicator_id,
                titles=json.loads(titles),
                template_keys=is_template,
                unit=unit,
                fields=json.loads(fields),
                framework=framework,
            )
        except Exception as error:  # one odd title leaves the others their match
            one = Match("none", f"could not be compared: {reason_of(error)}")
        found.append(
            {
                "release": release,
                "local_indicator_id": indicator_id,
                "match": one.match,
                "match_reason": one.reason,
                "indicator_code": one.indicator_code,
                "target_code": one.target_code,
                "goal_code": one.goal_code,
            }
        )
    names = ("release", "local_indicator_id", "match", "match_reason", "indicator_code", "target_code", "goal_code")
    con.register("found", pa.Table.from_pylist(found, pa.schema([(name, pa.string()) for name in names])))
    con.execute(
        "update staging.local_indicator as i set match = f.match, match_reason = f.match_reason, "
        "indicator_code = f.indicator_code, target_code = f.target_code, goal_code = f.goal_code "
        "from found as f where f.release = i.release and f.local_indicator_id = i.local_indicator_id"
    )
    con.unregister("found")
    con.execute(
        "update staging.local_target as t set indicator_code = i.indicator_code, "
        "target_code = i.target_code, goal_code = i.goal_code from staging.local_indicator as i "
        "where i.release = t.release and i.local_indicator_id = t.local_indicator_id"
    )


def mark_shared(con: duckdb.DuckDBPyConnection) -> None:
    """Mark indicators whose own figures another government publishes as its own, value for value.

    The years and values of the own-area rows must agree in all, and have at
    least `LEAST_VALUES` different values. Where one of the two files names
    its own place (in a row, its metadata or its title) and the other does
    not, the other is the copy; else both are marked, for nobody can tell.
    """
    con.execute(f"""
        create or replace temp table osdg_shared as
        with newest as (
            select site_id, max(release) as release from staging.local_indicator group by site_id
        ),
        series as (
            select o.release, o.site_id, i.local_government_id, o.local_indicator_id,
                count(distinct o.value) as n_values,
                bool_and(o.reference_area_basis = 'assumed') as is_unnamed,
                hash(list((o.year_text, o.value) order by o.year_text, o.value)) as print
            from staging.local_observation as o
            join newest using (release, site_id)
            join staging.local_indicator as i using (release, local_indicator_id)
            where o.value is not null and o.reference_area_kind in ('own', 'unknown', 'part')
            group by all
        )
        select a.release, a.local_indicator_id,
            min(b.site_id || '/' || b.local_indicator_id) as shared_with
        from series as a join series as b
            on a.print = b.print and a.local_government_id <> b.local_government_id
        where a.n_values >= {LEAST_VALUES} and (a.is_unnamed or not b.is_unnamed)
        group by all
    """)
    con.execute(
        "update staging.local_indicator as i set shared_with = s.shared_with, exclusion_rule = "
        f"coalesce(exclusion_rule, '{SHARED_RULE}'), n_headline = 0 from osdg_shared as s "
        "where s.release = i.release and s.local_indicator_id = i.local_indicator_id"
    )


def mark_same_content(con: duckdb.DuckDBPyConnection) -> None:
    """Mark files whose very bytes three or more governments serve: a starter that is not on our list."""
    con.execute(f"""
        update staging.local_indicator as i set is_placeholder = true, n_headline = 0,
            placeholder_rule = '{SAME_RULE}', exclusion_rule = '{SAME_RULE}'
        where i.exclusion_rule is null and i.content_sha256 in (
            select content_sha256 from staging.local_indicator
            where content_sha256 is not null and n_rows > 0
            group by content_sha256 having count(distinct local_government_id) >= 3
        )
    """)


def reject_marked(con: duckdb.DuckDBPyConnection) -> None:
    """Move the rows of files that were marked when all sites were in to the rejects.

    A copy or a starter of other places is known only then; its rows must be
    as far from every figure as those of a file that was thrown out at once,
    and the ledger must balance: what leaves a load's rows out joins its rejects.
    """
    con.execute(f"""
        create or replace temp table osdg_marked as
        select l.run_id, l.source, l.release, l.file_name, i.exclusion_rule as rule_id,
            o.local_indicator_id, o.row_number,
            o.local_indicator_id || ' row ' || o.row_number || ' ' || o.year_text as row_key,
            coalesce(i.shared_with, left(o.value_raw, 100)) as detail
        from staging.local_observation as o
        join staging.local_indicator as i using (release, local_indicator_id)
        join audit.source_load as l
            on l.source = 'opensdg' and l.release = o.release
            and l.snapshot_sha256 = o.snapshot_sha256
        where i.exclusion_rule in ('{SHARED_RULE}', '{SAME_RULE}')
    """)
    con.execute(
        "insert into audit.reject by name "
        "select run_id, source, release, file_name, rule_id, row_key, detail from osdg_marked"
    )
    con.execute(
        "update audit.source_load as l set rows_out = l.rows_out - m.n, "
        "rows_rejected = l.rows_rejected + m.n from (select release, file_name, count(*) as n "
        "from osdg_marked group by all) as m "
        "where l.source = 'opensdg' and l.release = m.release and l.file_name = m.file_name"
    )
    con.execute(
        "delete from staging.local_observation as o using osdg_marked as m "
        "where o.release = m.release and o.local_indicator_id = m.local_indicator_id"
    )
    con.execute(
        "update staging.local_indicator set n_rows_rejected = n_rows "
        f"where exclusion_rule in ('{SHARED_RULE}', '{SAME_RULE}')"
    )


def _official(con: duckdb.DuckDBPyConnection) -> list[tuple]:
    present = con.execute(
        "select count(*) from duckdb_tables() where schema_name = 'staging' and table_name = 'indicator'"
    ).fetchone()[0]
    if not present:
        return []
    return con.execute(
        "select indicator_code, max_by(target_code, release), max_by(goal_code, release), "
        "max_by(title, release), 'en' from staging.indicator group by indicator_code"
    ).fetchall()
