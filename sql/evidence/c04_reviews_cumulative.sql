-- name: c04_reviews_cumulative
-- grain: area, year
-- depends: core.area_grouping, core.local_government, core.review
-- why: reviews published up to a year, for every year from the first to the last of the register
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
years as (
    select unnest(range(min(year), max(year) + 1)) as year from dated
),
final as (
    select
        p.place as area_code,
        y.year,
        '' as breakdown,
        count(distinct p.review_id) as value,
        count(distinct p.area_code) as n_areas,
        null as coverage_pct,
        string_agg(distinct p.release, '; ' order by p.release) as release
    from years as y
    join places as p on p.year <= y.year
    group by p.place, y.year
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
