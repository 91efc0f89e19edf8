-- core.review: Voluntary Local and Subnational Reviews, one row a review whatever the number of listings.
-- grain: review; depends: staging.review, staging.review_conflict
-- why: listings overlap. The loader says which rows are one review; here its rows give what
--      they state: lists are united, a blank takes the first value that another row states,
--      and what a source states is preferred to what was inferred.
with listed as (
    select
        *,
        row_number() over (
            partition by review_id order by release, snapshot_sha256, row_number
        ) as place
    from staging.review
),
reviews as (
    select
        review_id,
        min(local_government_id) as local_government_id,
        max(review_year) as review_year,
        min(review_kind) as kind,
        first(title order by place) filter (title is not null) as title,
        first(url order by place) filter (url is not null) as url,
        first(level order by place) filter (level is not null) as level,
        first(country_basis order by country_basis not ilike '%stated%' or country_basis ilike '%not stated%', place)
            filter (country_basis is not null) as country_basis,
        first(year_basis order by year_basis not ilike '%stated%' or year_basis ilike '%not stated%', place)
            filter (year_basis is not null) as year_basis,
        first(release order by place) as release,
        first(snapshot_sha256 order by place) as snapshot_sha256,
        list_sort(list_distinct(flatten(list(languages)))) as languages,
        flatten(list(review_sources order by place)) as all_sources,
        list_sort(list_distinct(flatten(list(list_concat([url], other_urls))))) as urls,
        list_sort(list_distinct(flatten(list(goals_covered)))) as goals_covered,
        list_sort(list_distinct(flatten(list(conflicts)))) as conflicts
    from listed
    group by review_id
),
told as (
    select
        review_id,
        if(
            review_id = other_review_id,
            conflict_field || ': listed as ' || stated_value || ' and as ' || other_value,
            conflict_field || ': ' || other_review_id || ' has the same address'
        ) as words
    from staging.review_conflict
    union
    select other_review_id, conflict_field || ': ' || review_id || ' has the same address'
    from staging.review_conflict
    where review_id <> other_review_id
),
contradicted as (
    select review_id, list_sort(list(words)) as conflicts from told group by review_id
)
select
    r.review_id, r.local_government_id, r.review_year, r.kind, r.languages, r.url,
    list_sort(list_distinct(r.all_sources)) as sources,
    [x for x in r.urls if x is not null and x <> r.url] as other_urls,
    r.title, r.level, r.goals_covered, r.country_basis, r.year_basis,
    list_concat(r.conflicts, coalesce(c.conflicts, cast([] as varchar[]))) as conflicts,
    r.release, r.snapshot_sha256
from reviews as r
left join contradicted as c on c.review_id = r.review_id
order by r.review_id
