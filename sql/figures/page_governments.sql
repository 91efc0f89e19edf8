-- name: page_governments
-- grain: local government
-- depends: core.action, core.area, core.local_government, core.own_indicator, core.review
-- why: what each local government reports, for the search of the page: reviews, official
--   indicators with numbers of its own, actions. Names and addresses come from the records.
with reviews as (
    select
        local_government_id,
        count(*) as n_reviews,
        min(review_year) as first_review,
        max(review_year) as last_review
    from core.review
    group by local_government_id
),
indicators as (
    select
        local_government_id,
        count(distinct indicator_code) as n_indicators
    from core.own_indicator
    group by local_government_id
),
actions as (
    select
        local_government_id,
        count(*) as n_actions
    from core.action
    group by local_government_id
)
select
    cast(g.local_government_id as varchar) as local_government_id,
    cast(g.name as varchar) as name,
    cast(g.level as varchar) as level,
    cast(g.area_code as varchar) as area_code,
    cast(a.name as varchar) as country,
    cast(g.site_url as varchar) as site_url,
    cast(coalesce(r.n_reviews, 0) as bigint) as n_reviews,
    cast(r.first_review as integer) as first_review,
    cast(r.last_review as integer) as last_review,
    cast(coalesce(i.n_indicators, 0) as bigint) as n_indicators,
    cast(coalesce(c.n_actions, 0) as bigint) as n_actions
from core.local_government as g
left join core.area as a on a.area_code = g.area_code
left join reviews as r on r.local_government_id = g.local_government_id
left join indicators as i on i.local_government_id = g.local_government_id
left join actions as c on c.local_government_id = g.local_government_id
order by g.name, g.local_government_id
