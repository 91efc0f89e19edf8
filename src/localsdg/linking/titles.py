"""Titles of local indicators -> `staging.local_indicator_suggestion`: what they cite or point to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localsdg.common.context import RunContext

if TYPE_CHECKING:
    from localsdg.linking.shared_linker import SharedLinker

#: One text a title and language: 4 in 10 titles repeat from site to site. A title too short to show its
#: language has that of most titles of its site: a detector takes a second to load, and errs on five words.
#: A language that nothing shows is `und`, for which there is no model.
_TITLES = """
with titled as (
    select dataset_id, release, site_id, local_indicator_id, trim(local_title) as title,
        left(nullif(language, 'und'), 2) as language
    from staging.local_indicator
    where match is distinct from 'official' and exclusion_rule is null and trim(local_title) <> ''
),
site_language as (
    select dataset_id, release, site_id, language
    from titled
    where language is not null
    group by dataset_id, release, site_id, language
    qualify row_number() over (partition by dataset_id, release, site_id order by count(*) desc, language) = 1
),
known as (
    select t.* replace (coalesce(t.language, s.language, 'und') as language)
    from titled as t
    left join site_language as s using (dataset_id, release, site_id)
)
select dense_rank() over (order by title, language) as text_id, *
from known
"""


def suggest_for_titles(context: RunContext, linker: SharedLinker) -> int:
    """Fill `staging.local_indicator_suggestion` from `staging.local_indicator`; returns the rows added.

    Only indicators that hold data and have no official match; what a site
    declares is not touched.
    """
    con = context.con
    con.execute(f"create or replace temp table indicator_title as {_TITLES}")
    texts = con.execute(
        "select distinct text_id, title as text, language from indicator_title order by text_id"
    ).to_arrow_table()
    added = 0
    for links, _ in linker.batches(texts):
        con.register("found_links", links)
        ((n,),) = con.execute(
            "insert into staging.local_indicator_suggestion by name "
            "select t.dataset_id, t.release, t.site_id, t.local_indicator_id, l.* exclude (text_id) "
            "from found_links as l join indicator_title as t using (text_id)"
        ).fetchall()
        con.unregister("found_links")
        added += n
    return added
