"""Titles of local indicators -> `staging.local_indicator_suggestion`: what they cite or point to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localsdg.common.context import RunContext
from localsdg.common.database import scalar

if TYPE_CHECKING:
    from localsdg.linking.shared_linker import SharedLinker

#: One text a title and language: 4 in 10 titles repeat from site to site. A title too short to show its
#: language has that of most titles of its site: a detector takes a second to load, and errs on five words, so
#: it is asked only where the titles of the site do not show one.
#: A title in a language without a model gives way to the site's own translation, where there is one.
_TITLES = """
with wanted as (
    select dataset_id, release, site_id, local_indicator_id, trim(local_title) as title,
        left(nullif(language, 'und'), 2) as language
    from staging.local_indicator
    where match is distinct from 'official' and exclusion_rule is null and trim(local_title) <> ''
),
site_language as (
    select dataset_id, release, site_id, language
    from wanted
    group by dataset_id, release, site_id, language
    -- a language of the half or less is none of the site's
    qualify count(*) * 2 > sum(count(*)) over (partition by dataset_id, release, site_id)
),
translated as (
    select dataset_id, release, site_id, local_indicator_id, left(language, 2) as language, trim(local_title) as title
    from staging.local_title
    where list_contains($languages, left(language, 2)) and trim(local_title) <> ''
    qualify row_number() over (
        partition by dataset_id, release, site_id, local_indicator_id order by left(language, 2), language
    ) = 1
),
known as (
    select
        w.dataset_id, w.release, w.site_id, w.local_indicator_id,
        list_contains($languages, coalesce(w.language, s.language)) as has_model,
        if(has_model or t.title is null, w.title, t.title) as title,
        if(has_model or t.title is null, coalesce(w.language, s.language), t.language) as language
    from wanted as w
    left join site_language as s using (dataset_id, release, site_id)
    left join translated as t using (dataset_id, release, site_id, local_indicator_id)
)
select dense_rank() over (order by title, language) as text_id, * exclude (has_model)
from known
"""


def suggest_for_titles(context: RunContext, linker: SharedLinker) -> int:
    """Fill `staging.local_indicator_suggestion` from `staging.local_indicator`; returns the rows added.

    Only indicators that hold data and have no official match; what a site
    declares is not touched. Raises `LocalsdgError` when the model cannot be read.
    """
    con = context.con
    if not scalar(con, "select count(*) from staging.local_indicator"):
        return 0
    con.execute(
        f"create or replace temp table indicator_title as {_TITLES}", {"languages": list(linker.model.languages)}
    )
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
