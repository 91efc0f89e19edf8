-- name: c04_countries_with_review
-- grain: area, year
-- depends: core.group_country, core.local_government, core.review
-- why: countries and areas with at least one review up to a year. The share is of the countries
--   and areas of M49 with an ISO code, territories and Antarctica among them, as in
--   coverage.sql: no list available tells the member states. Groups are those of the newest list,
--   for every year.
with dated as (
    select r.review_year as year, r.release, g.area_code
    from core.review as r
    join core.local_government as g on g.local_government_id = r.local_government_id
    where r.review_year is not null
),
members as (
    select grouping_code as place, area_code from core.group_country where is_main
),
sizes as (
    select place, count(*) as n_members from members group by place
),
years as (
    select unnest(range(min(year), max(year) + 1)) as year from dated
),
lists as (
    select string_agg(distinct release, '; ' order by release) as release from dated
),
final as (
    select
        m.place as area_code,
        y.year,
        count(distinct d.area_code) as value,
        count(distinct d.area_code) as n_areas,
        any_value(s.n_members) as n_total,
        any_value(lists.release) as release
    from years as y
    cross join lists
    cross join members as m
    join sizes as s on s.place = m.place
    left join dated as d on d.area_code = m.area_code and d.year <= y.year
    group by m.place, y.year
)
select area_code, year, value, n_areas, n_total, 'computed' as basis, release
from final
