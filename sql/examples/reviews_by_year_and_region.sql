-- Voluntary Local and Subnational Reviews by year and SDG region.
-- name: reviews_by_year_and_region
-- grain: year, region
-- depends: core.review, core.local_government, core.area_grouping, core.area
-- why: a review counts once, in the region of its country; one without a stated country or
--   year keeps its row, so that the sum is the register
with regions as (
    select m.area_code, a.name as region
    from core.area_grouping as m
    join core.area as a on a.area_code = m.grouping_code
    where m.scheme = 'SDG regions'
        and m.grouping_code in ('202', '747', '062', '753', '419', '009', '513')
)
select
    cast(r.review_year as integer) as year,
    cast(coalesce(s.region, 'country not stated') as varchar) as region,
    cast(count(*) as bigint) as n_reviews,
    cast(count(distinct g.area_code) as bigint) as n_countries
from core.review as r
join core.local_government as g on g.local_government_id = r.local_government_id
left join regions as s on s.area_code = g.area_code
group by r.review_year, s.region
order by year, region
