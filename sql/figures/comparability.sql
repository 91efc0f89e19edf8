-- name: comparability
-- grain: comparability class
-- depends: core.area_grouping, evidence.local_vs_national, evidence.metric
-- why: of the local poverty numbers of the asked area, how many may be set beside the nation's:
--   one row a class, classes without a number with 0.
with inside as (
    select area_code
    from core.area_grouping
    where grouping_code = $area
    union
    select $area as area_code
),
picked as (
    select
        l.comparability,
        l.year,
        l.release
    from evidence.local_vs_national as l
    where $area = '001' or l.area_code in (select inside.area_code from inside)
),
classes as (
    select unnest(['same definition', 'proxy', 'not comparable']) as class
),
final as (
    select
        m.metric_id,
        classes.class as code,
        classes.class as name,
        map {'comparability': classes.class} as dimensions,
        (select max(picked.year) from picked) as year,
        count(picked.comparability) as value,
        cast(null as varchar) as censoring,
        cast(null as double) as lower_bound,
        cast(null as double) as upper_bound,
        cast(null as bigint) as n_areas,
        cast(null as double) as coverage_pct,
        (select count(*) from picked) as n_total,
        count(*) over () as n_found,
        'computed' as basis,
        cast(null as varchar) as release,
        cast(null as varchar) as caveat,
        'values' as unit
    from classes
    cross join evidence.metric as m
    left join picked on picked.comparability = classes.class
    where list_contains($metrics, m.metric_id) and (select count(*) from picked) > 0
    group by m.metric_id, classes.class
)
select
    cast(metric_id as varchar) as metric_id,
    cast(code as varchar) as code,
    cast(name as varchar) as name,
    cast(dimensions as map(varchar, varchar)) as dimensions,
    cast(year as integer) as year,
    cast(value as double) as value,
    cast(censoring as varchar) as censoring,
    cast(lower_bound as double) as lower_bound,
    cast(upper_bound as double) as upper_bound,
    cast(n_areas as bigint) as n_areas,
    cast(coverage_pct as double) as coverage_pct,
    cast(n_total as bigint) as n_total,
    cast(null as varchar) as denominator,
    cast(n_found as bigint) as n_found,
    cast(basis as varchar) as basis,
    cast(release as varchar) as release,
    cast(caveat as varchar) as caveat,
    cast(unit as varchar) as unit
from final
order by list_position(['same definition', 'proxy', 'not comparable'], code)
