-- name: c04_reviews_cumulative
-- grain: area, year
-- depends: core.review_area
-- why: reviews published up to a year, for every year from the first to the last of the register
with years as (
    select unnest(range(min(review_year), max(review_year) + 1)) as year from core.review_area
),
final as (
    select
        p.area_code,
        y.year,
        count(distinct p.review_id) as value,
        count(distinct p.country_code) as n_areas,
        string_agg(distinct p.release, '; ' order by p.release) as release
    from years as y
    join core.review_area as p on p.review_year <= y.year
    group by p.area_code, y.year
)
select area_code, year, value, n_areas, 'computed' as basis, release
from final
