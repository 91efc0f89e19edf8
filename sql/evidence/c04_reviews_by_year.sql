-- name: c04_reviews_by_year
-- grain: area, year, breakdown (kind, level, language)
-- depends: core.review_area
-- why: how many reviews a year, by kind, level of government and language. A review in two
--   languages counts under each.
-- coverage: own
with cut as (
    select area_code, review_year as year, '' as breakdown, review_id, country_code, release
    from core.review_area
    union all
    select area_code, review_year, 'kind=' || kind, review_id, country_code, release
    from core.review_area
    union all
    select area_code, review_year, 'level=' || level, review_id, country_code, release
    from core.review_area
    where level is not null
    union all
    select area_code, review_year, 'language=' || unnest(languages), review_id, country_code, release
    from core.review_area
),
final as (
    select
        area_code,
        year,
        breakdown,
        count(distinct review_id) as value,
        count(distinct country_code) as n_areas,
        null as coverage_pct,
        string_agg(distinct release, '; ' order by release) as release
    from cut
    group by area_code, year, breakdown
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
    cast('Reviews found in public listings, not all there are; a review whose year no source states is left out. Regions overlap: never add them.' as varchar) as caveat,
    cast(null as varchar) as local_government_id
from final
