"""Titles of local indicators and of reviews -> suggestions: what they cite or point to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localsdg.common.context import RunContext
from localsdg.common.database import scalar
from localsdg.linking.calibrate import TEXT
from localsdg.linking.model import INDICATOR
from localsdg.registry.local_words import listed_words

if TYPE_CHECKING:
    import duckdb

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
#: The title that `core.review` has, and its language where the register states one language alone. Whose it is
#: and that it is a review say nothing of its goals: to a model, `voluntary` and `agenda` speak of partnerships.
_REVIEWS = """
with titled as (
    select
        review_id,
        first(
            regexp_replace(replace(title, local_government, ' '), $form, ' ', 'gi')
            order by release, snapshot_sha256, row_number
        ) as title,
        list_distinct(flatten(list(languages))) as languages
    from staging.review
    where title is not null
    group by review_id
),
known as (
    select review_id, title, if(len(languages) = 1, left(languages[1], 2), null) as language
    from titled
)
select dense_rank() over (order by title, language) as text_id, * from known
"""


def suggest_for_titles(context: RunContext, linker: SharedLinker) -> int:
    """Fill both tables of suggestions from titles; returns the rows added. Raises as `suggest_for_indicators`."""
    return suggest_for_indicators(context, linker) + suggest_for_reviews(context, linker)


def suggest_for_indicators(context: RunContext, linker: SharedLinker) -> int:
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
    key = "dataset_id, release, site_id, local_indicator_id"
    return _link(con, linker, "indicator_title", "local_indicator_suggestion", key, INDICATOR)


def suggest_for_reviews(context: RunContext, linker: SharedLinker) -> int:
    """Fill `staging.review_suggestion` from the titles in `staging.review`; returns the rows added.

    Raises `LocalsdgError` when the model cannot be read.
    """
    form = rf"\b({'|'.join(listed_words('title of a review'))})\b"
    context.con.execute(f"create or replace temp table review_title as {_REVIEWS}", {"form": form})
    return _link(context.con, linker, "review_title", "review_suggestion", "review_id", TEXT)


def _link(con: duckdb.DuckDBPyConnection, linker: SharedLinker, texts: str, into: str, key: str, kind: str) -> int:
    """Link the different titles of `texts`, and write their links for each record that has them."""
    given = con.execute(
        f"select distinct text_id, title as text, language from {texts} order by text_id"
    ).to_arrow_table()
    added = 0
    for links, _ in linker.batches(given, kind):
        con.register("found_links", links)
        ((n,),) = con.execute(
            f"insert into staging.{into} by name select {key}, l.* exclude (text_id) "
            f"from found_links as l join {texts} as t using (text_id)"
        ).fetchall()
        con.unregister("found_links")
        added += n
    return added
