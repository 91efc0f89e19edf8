-- name: progress
-- grain: series
-- depends: core.series, evidence.metric, evidence.progress
-- why: where each series of the asked metrics stands on its way to 2030 in the asked area, by
--   evidence.progress, which states the method. Series that cannot be assessed have no row, but count
--   in n_total. A series of several metrics is that of the first asked, so that it counts once. A
--   status is judged by way_covered where the series has a target, else by annual_change.
with belongs as (
    select
        s.series_code,
        arg_min(m.metric_id, list_position($metrics, m.metric_id)) as metric_id,
        min(list_position($metrics, m.metric_id)) as place
    from evidence.metric as m
    cross join unnest(m.series_codes) as s (series_code)
    where list_contains($metrics, m.metric_id)
    group by s.series_code
),
judged as (
    select
        belongs.metric_id,
        belongs.place,
        belongs.series_code,
        p.area_code,
        d.description,
        d.unit,
        p.baseline_year,
        p.baseline_value,
        p.latest_year,
        p.latest_value,
        p.annual_change,
        d.target_2030,
        p.way_covered,
        p.projected_2030,
        p.is_projection_clipped,
        p.status,
        p.release,
        p.status not in ('insufficient data', 'not assessed') as is_assessed,
        count(*) over () as n_series
    from evidence.progress as p
    inner join belongs on belongs.series_code = p.series_code
    inner join core.series as d on d.series_code = p.series_code
    where p.area_code = $area
),
ranked as (
    select
        judged.*,
        count(*) over () as n_found,
        count(*) filter (where status = 'on track or target met') over () as n_on_track,
        count(*) filter (where status = 'moderate progress, acceleration needed') over () as n_moderate,
        count(*) filter (
            where status = 'marginal progress, significant acceleration needed'
        ) over () as n_marginal,
        count(*) filter (where status = 'stagnation') over () as n_still,
        count(*) filter (where status = 'regression') over () as n_back,
        row_number() over (order by place, series_code) as line
    from judged
    where is_assessed
)
select
    cast(metric_id as varchar) as metric_id,
    cast(area_code as varchar) as code,
    cast(description as varchar) as name,
    cast(map {'series': series_code} as map(varchar, varchar)) as dimensions,
    cast(series_code as varchar) as series_code,
    cast(status as varchar) as status,
    cast(latest_year as integer) as year,
    cast(latest_value as double) as value,
    cast(baseline_year as integer) as baseline_year,
    cast(baseline_value as double) as baseline_value,
    cast(annual_change as double) as annual_change,
    cast(target_2030 as double) as target_2030,
    cast(way_covered as double) as way_covered,
    cast(projected_2030 as double) as projected_2030,
    cast(is_projection_clipped as boolean) as is_projection_clipped,
    cast(null as varchar) as censoring,
    cast(null as double) as lower_bound,
    cast(null as double) as upper_bound,
    cast(null as bigint) as n_areas,
    cast(null as double) as coverage_pct,
    cast(n_series as bigint) as n_total,
    cast(null as varchar) as denominator,
    cast(n_found as bigint) as n_found,
    cast(n_on_track as bigint) as n_on_track,
    cast(n_moderate as bigint) as n_moderate,
    cast(n_marginal as bigint) as n_marginal,
    cast(n_still as bigint) as n_still,
    cast(n_back as bigint) as n_back,
    cast('computed' as varchar) as basis,
    cast(release as varchar) as release,
    cast(null as varchar) as caveat,
    cast(unit as varchar) as unit
from ranked
where line <= $most
order by line
