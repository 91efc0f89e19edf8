-- name: c04_reviews_by_year
-- grain: area, year, breakdown (kind, level, language)
-- depends: core.review_area
-- why: how many reviews a year, by kind, level of government and language. A review in two
--   languages counts under each.
with cut as (
    select
        area_code, review_year as year, null as kind, null as level, null as language, review_id,
        country_code, release
    from core.review_area
    union all
    select area_code, review_year, kind, null, null, review_id, country_code, release
    from core.review_area
    where kind is not null
    union all
    select area_code, review_year, null, level, null, review_id, country_code, release
    from core.review_area
    where level is not null
    union all
    select area_code, review_year, null, null, unnest(languages), review_id, country_code, release
    from core.review_area
),
final as (
    select
        area_code,
        year,
        map {'kind': kind, 'level': level, 'language': language} as dimensions,
        count(distinct review_id) as value,
        count(distinct country_code) as n_areas,
        string_agg(distinct release, '; ' order by release) as release
    from cut
    group by area_code, year, kind, level, language
)
select area_code, year, dimensions, value, n_areas, 'computed' as basis, release
from final
