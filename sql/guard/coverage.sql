-- guard/coverage: how many records, series, areas, years and headline series each side has, and how many records went.
-- grain: source, name
-- depends: guard_old, guard_new, guard_lost
-- why: a source can lose a whole series or area and still have most of its records
with older as (
    select
        source, name, count(*) as records, count(distinct series_code) as series, count(distinct area) as areas,
        count(distinct year) as years, count(distinct series_code) filter (is_headline) as headlines
    from guard_old
    group by source, name
),
newer as (
    select
        source, name, count(*) as records, count(distinct series_code) as series, count(distinct area) as areas,
        count(distinct year) as years, count(distinct series_code) filter (is_headline) as headlines
    from guard_new
    group by source, name
),
gone as (
    select source, name, count(*) as records from guard_lost group by source, name
)
select
    o.source, o.name, o.records, coalesce(g.records, 0) as n_lost,
    o.series as old_series, coalesce(n.series, 0) as new_series,
    o.areas as old_areas, coalesce(n.areas, 0) as new_areas,
    o.years as old_years, coalesce(n.years, 0) as new_years,
    o.headlines as old_headlines, coalesce(n.headlines, 0) as new_headlines
from older as o
left join newer as n on n.source = o.source and n.name = o.name
left join gone as g on g.source = o.source and g.name = o.name
order by o.source, o.name
