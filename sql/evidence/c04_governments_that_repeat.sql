-- name: c04_governments_that_repeat
-- grain: World, year
-- depends: core.local_government, core.review
-- why: whether a review is a habit: local governments that had reported in two different years or
--   more. Associations and supranational regions report for others and are left out.
with dated as (
    select r.local_government_id, r.review_year as year, g.area_code, r.release
    from core.review as r
    join core.local_government as g on g.local_government_id = r.local_government_id
    where r.review_year is not null
        and not regexp_matches(coalesce(g.level, ''), 'association|supranational')
),
years as (
    select unnest(range(min(year), max(year) + 1)) as year from dated
),
lists as (
    select string_agg(distinct release, '; ' order by release) as release from dated
),
counted as (
    select
        y.year,
        d.local_government_id,
        any_value(d.area_code) as country,
        count(distinct d.year) as n_years
    from years as y
    join dated as d on d.year <= y.year
    group by y.year, d.local_government_id
),
final as (
    select
        '001' as area_code,
        c.year,
        count(*) filter (c.n_years > 1) as value,
        count(distinct c.country) filter (c.n_years > 1) as n_areas,
        count(*) as n_total,
        any_value(lists.release) as release
    from counted as c
    cross join lists
    group by c.year
)
select
    area_code, year, value, n_areas, n_total, 'local governments' as denominator, 'computed' as basis, release
from final
