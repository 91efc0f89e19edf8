-- name: comparability
-- grain: comparability class
-- depends: core.area_grouping, core.local_site, evidence.local_vs_national, evidence.metric
-- why: of the local poverty numbers of the asked area, how many may be set beside the nation's:
--   one row a class, classes without a number with 0.
with picked as (
    select
        l.comparability,
        l.year,
        site.release
    from evidence.local_vs_national as l
    left join core.local_site as site on site.site_id = l.site_id
    where $area in ('001', l.area_code)
        or l.area_code in (select m.area_code from core.area_grouping as m where m.grouping_code = $area)
),
classes as (
    select unnest(['same definition', 'proxy', 'not comparable']) as class
)
select
    m.metric_id,
    classes.class as code,
    classes.class as name,
    map_from_entries([('comparability', classes.class)]) as dimensions,
    (select max(picked.year) from picked) as year,
    cast(count(picked.comparability) as double) as value,
    (select count(*) from picked) as n_total,
    count(*) over () as n_found,
    'computed' as basis,
    (select string_agg(distinct picked.release, '; ' order by picked.release) from picked) as release,
    'values' as unit
from classes
cross join evidence.metric as m
left join picked on picked.comparability = classes.class
where list_contains($metrics, m.metric_id) and (select count(*) from picked) > 0
group by m.metric_id, classes.class
order by list_position(['same definition', 'proxy', 'not comparable'], classes.class)
