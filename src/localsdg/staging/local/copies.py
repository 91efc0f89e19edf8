"""Equal numbers in several files: at other governments a copy, in one site a series under two codes or a mistake.

Equality counts only with enough different values: eight zeros equal eight zeros at any two towns.
Steps that need all sites, after the match to the UN framework.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localsdg.registry.local_governments import identities
from localsdg.staging.local.rules import COPY, DUMMY_NUMBERS, LEAST_VALUES, MARKED_LATER, SAME_AT_OTHERS

if TYPE_CHECKING:
    import duckdb

_MARKED = f"split_part(i.exclusion_rule, '-', -1) in {MARKED_LATER}"
#: Equal where all years and values are, whatever the order of the rows and the spelling of the years. Numbers
#: alone, no lists: those of a thousand sites fill the memory.
CONTENT = "hash(count(*), sum(hash(o.year, o.end_year, o.value)), bit_xor(hash(o.year, o.end_year, o.value)))"
#: Rows that are compared with those of other governments.
_COMPARED = "o.value is not null and o.reference_area_kind in ('own', 'unknown', 'part')"


def mark_dummies(con: duckdb.DuckDBPyConnection) -> None:
    """Mark typed numbers under a title that the match found to be the official one, and not the site's own."""
    con.execute(f"""
        update staging.local_indicator as i set is_placeholder = true, n_headline = 0,
            placeholder_rule = n.rule_prefix || '-{DUMMY_NUMBERS}', exclusion_rule = n.rule_prefix || '-{DUMMY_NUMBERS}'
        from local_note as n
        where n.release = i.release and n.site_id = i.site_id and n.local_indicator_id = i.local_indicator_id
            and i.exclusion_rule is null and i.match like 'official%'
            and i.placeholder_sign is not null and not starts_with(i.placeholder_sign, 'the title')
    """)


def mark_same_content(con: duckdb.DuckDBPyConnection) -> None:
    """Mark files whose very bytes three or more governments serve: a starter that is not on our list.

    The file must have at least `LEAST_VALUES` different values; small towns share a file of zeros by chance.
    The government whose own name its rows hold is the one that the others have copied.
    """
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
        ) and (
            select count(distinct o.value) >= {LEAST_VALUES}
                and not bool_or(o.reference_area_basis = 'row' and o.reference_area_kind = 'own')
            from staging.local_observation as o
            where o.release = i.release and o.site_id = i.site_id and o.local_indicator_id = i.local_indicator_id
        )
    """)


def mark_shared(con: duckdb.DuckDBPyConnection) -> None:
    """Mark indicators whose own figures another government publishes as its own, value for value.

    The years and values of the own-area rows must agree in all, and have at
    least `LEAST_VALUES` different values. Where one of the two files names
    its own place (in a row, its metadata or its title) and the other does
    not, the other is the copy. Where that does not decide, a government that
    the reviewed list does not know has copied from one that it knows. Where
    nothing shows which is the copy, both are marked as one. `shared_with` names
    the other, also at the one that only the list of governments keeps.
    """
    con.execute(
        f"""
        create or replace temp table local_shared as
        with newest as (
            select site_id, max(release) as release from staging.local_indicator group by site_id
        ),
        contents as (
            select o.release, o.site_id, o.local_indicator_id,
                bool_or(o.reference_area_basis <> 'assumed') as is_named, {CONTENT} as content_hash
            from staging.local_observation as o
            where {_COMPARED}
            group by all
        ),
        published as (
            select c.*, i.local_government_id, list_contains($listed, i.local_government_id) as is_listed
            from contents as c
            join newest using (release, site_id)
            join staging.local_indicator as i using (release, site_id, local_indicator_id)
        ),
        at_several as (
            select content_hash from published
            group by content_hash having min(local_government_id) <> max(local_government_id)
        ),
        alike as materialized (
            select p.* from published as p semi join at_several using (content_hash)
        ),
        -- of these few alone: to count the different values of all fills the memory
        telling as (
            select o.release, o.site_id, o.local_indicator_id
            from staging.local_observation as o
            semi join alike using (release, site_id, local_indicator_id)
            where {_COMPARED}
            group by all
            having count(distinct o.value) >= {LEAST_VALUES}
        ),
        series as (
            select a.* from alike as a semi join telling using (release, site_id, local_indicator_id)
        )
        select a.release, a.site_id, a.local_indicator_id,
            bool_or(a.is_named < b.is_named or a.is_listed <= b.is_listed) as is_copy,
            coalesce(
                min(b.site_id || '/' || b.local_indicator_id)
                    filter (a.is_named < b.is_named or a.is_listed <= b.is_listed),
                min(b.site_id || '/' || b.local_indicator_id)
            ) as shared_with
        from series as a join series as b
            on a.content_hash = b.content_hash and a.local_government_id <> b.local_government_id
            and a.is_named <= b.is_named
        group by all
    """,
        {"listed": list(identities())},
    )
    con.execute(
        "update staging.local_indicator as i set shared_with = s.shared_with, exclusion_rule = "
        f"case when is_copy then coalesce(exclusion_rule, n.rule_prefix || '-{COPY}') else exclusion_rule end, "
        "n_headline = case when is_copy then 0 else n_headline end, shared_reason = case when is_copy "
        "then 'another government publishes the same years and values, and nothing shows that these are the original' "
        "else 'a government that the reviewed list lacks publishes the same years and values' end "
        "from local_shared as s join local_note as n using (release, site_id, local_indicator_id) "
        "where s.release = i.release and s.site_id = i.site_id and s.local_indicator_id = i.local_indicator_id"
    )


def reject_marked(con: duckdb.DuckDBPyConnection) -> None:
    """Move the rows of files that were marked when all sites were in to the rejects.

    A copy or a starter of other places is known only then; its rows must be
    as far from every figure as those of a file that was left out at once,
    and the ledger must balance: what leaves a load's rows out joins its rejects.
    """
    # few of all indicators: joined with all rows at once, those of ten thousand sites fill the memory
    con.execute(f"""
        create or replace temp table marked_indicator as
        select i.release, i.site_id, i.local_indicator_id, i.exclusion_rule, n.source,
            coalesce(i.shared_with, i.placeholder_sign) as sign
        from staging.local_indicator as i
        join local_note as n using (release, site_id, local_indicator_id)
        where {_MARKED}
    """)
    con.execute("""
        create or replace temp table local_marked as
        select l.run_id, l.source, l.release, l.file_name, i.exclusion_rule as rule_id,
            o.site_id, o.local_indicator_id, o.row_number,
            o.local_indicator_id || ' row ' || o.row_number || ' ' || o.year_text as row_key,
            coalesce(i.sign, left(o.value_raw, 100)) as detail
        from staging.local_observation as o
        join marked_indicator as i using (release, site_id, local_indicator_id)
        join audit.source_load as l
            on l.source = i.source and l.release = o.release and l.snapshot_sha256 = o.snapshot_sha256
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
