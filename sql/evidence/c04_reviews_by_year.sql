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
        string_agg(distinct release, '; ' order by release) as release
    from cut
    group by area_code, year, breakdown
)
select area_code, year, breakdown, value, n_areas, 'computed' as basis, release
from final
