-- name: summed
-- grain: metric, breakdown
-- depends: core.area, evidence.metric, evidence.metric_value
-- why: yearly counts of one area added up over the years, for each breakdown by
--   $dimension: each thing is counted in one year, so the sum counts it once in a breakdown.
with counted as (
    select
        v.metric_id,
        v.area_code as code,
        any_value(a.name) as name,
        v.breakdown,
        any_value(v.dimensions) as dimensions,
        max(v.year) as year,
        sum(v.value) as value,
        max(v.basis) as basis,
        max(v.release) as release,
        max(v.caveat) as caveat,
        any_value(m.unit) as unit
    from evidence.metric_value as v
    inner join evidence.metric as m on m.metric_id = v.metric_id
    left join core.area as a on a.area_code = v.area_code
    where list_contains($metrics, v.metric_id)
        and v.area_code = $area
        and v.local_government_id is null
        and map_keys(v.dimensions) = [$dimension]
    group by v.metric_id, v.area_code, v.breakdown
),
ranked as (
    select
        metric_id,
        code,
        name,
        breakdown,
        dimensions,
        max(year) over () as year,
        value,
        cast(null as varchar) as censoring,
        cast(null as double) as lower_bound,
        cast(null as double) as upper_bound,
        cast(null as bigint) as n_areas,
        cast(null as double) as coverage_pct,
        cast(null as bigint) as n_total,
        basis,
        release,
        caveat,
        unit,
        row_number() over (order by value desc, breakdown) as place,
        count(*) over () as n_found
    from counted
)
select
    cast(metric_id as varchar) as metric_id,
    cast(code as varchar) as code,
    cast(name as varchar) as name,
    cast(breakdown as varchar) as breakdown,
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
from ranked
where place <= $most
order by place
