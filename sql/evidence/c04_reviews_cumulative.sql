-- name: c04_reviews_cumulative
-- grain: area, year
-- depends: core.review_area
-- why: reviews published up to a year, for every year from the first to the last of the register
-- coverage: own
with years as (
    select unnest(range(min(review_year), max(review_year) + 1)) as year from core.review_area
),
final as (
    select
        p.area_code,
        y.year,
        '' as breakdown,
        count(distinct p.review_id) as value,
        count(distinct p.country_code) as n_areas,
        null as coverage_pct,
        string_agg(distinct p.release, '; ' order by p.release) as release
    from years as y
    join core.review_area as p on p.review_year <= y.year
    group by p.area_code, y.year
)
select
    cast(area_code as varchar) as area_code,
    cast(year as integer) as year,
    cast(breakdown as varchar) as breakdown,
    cast(value as double) as value,
    cast(null as varchar) as censoring,
    cast(null as double) as lower_bound,
    cast(null as double) as upper_bound,
    cast(n_areas as bigint) as n_areas,
    cast(coverage_pct as double) as coverage_pct,
    cast('computed' as varchar) as basis,
    cast(release as varchar) as release,
    cast('Reviews found in public listings, not all there are; lists disagree because they count documents, governments or editions. Regions overlap: never add them.' as varchar) as caveat,
    cast(null as varchar) as local_government_id
from final
