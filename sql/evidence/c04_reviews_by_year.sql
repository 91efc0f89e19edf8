-- name: c04_reviews_by_year
-- grain: area, year, breakdown (kind, level)
-- depends: core.area_grouping, core.local_government, core.review
-- why: how many reviews a year. A review counts once for its country, each of its groups and
--   the World; one without a stated country, or of Taiwan or the Nordic region, which M49 has
--   no code for, counts for the World alone. Groups of different levels of the tree overlap.
-- coverage: own
with dated as (
    select r.review_id, r.review_year as year, r.kind, r.release, g.area_code, g.level
    from core.review as r
    join core.local_government as g on g.local_government_id = r.local_government_id
    where r.review_year is not null
),
places as (
    select d.*, '001' as place from dated as d
    union all
    select d.*, d.area_code as place from dated as d where d.area_code is not null
    union all
    select d.*, m.grouping_code as place
    from dated as d
    join (
        select distinct grouping_code, area_code from core.area_grouping
        where scheme in ('SDG regions', 'LDC', 'LLDC', 'SIDS') and grouping_code <> '001'
    ) as m on m.area_code = d.area_code
),
cut as (
    select place, year, '' as breakdown, review_id, area_code, release from places
    union all
    select place, year, 'kind=' || kind, review_id, area_code, release from places
    union all
    select place, year, 'level=' || level, review_id, area_code, release from places where level is not null
),
final as (
    select
        place as area_code,
        year,
        breakdown,
        count(distinct review_id) as value,
        count(distinct area_code) as n_areas,
        null as coverage_pct,
        string_agg(distinct release, '; ' order by release) as release
    from cut
    group by place, year, breakdown
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
