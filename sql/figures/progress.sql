-- name: progress
-- grain: series
-- depends: core.series, evidence.metric, evidence.progress
-- why: how far each series of the asked metrics is on its way to 2030 in the asked area, by
--   evidence.progress, which states the method. Series that cannot be assessed have no row, but count
--   in n_total. A series of several metrics is that of the first asked, so that it counts once. A
--   status is judged by way_covered where the series has a target, else by annual_change.
--   Without an area, every area at once.
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
        p.definition,
        p.release,
        p.status not in ('insufficient data', 'not assessed') as is_assessed,
        count(*) over (partition by p.area_code) as n_series
    from evidence.progress as p
    inner join belongs on belongs.series_code = p.series_code
    inner join core.series as d on d.series_code = p.series_code
    where $area = '' or p.area_code = $area
)
select
    judged.metric_id,
    judged.area_code as asked,
    judged.area_code as code,
    judged.description as name,
    map_from_entries([('series', judged.series_code)]) as dimensions,
    judged.series_code,
    judged.status,
    judged.latest_year as year,
    judged.latest_value as value,
    judged.baseline_year,
    judged.baseline_value,
    judged.annual_change,
    judged.target_2030,
    judged.way_covered,
    judged.projected_2030,
    judged.is_projection_clipped,
    judged.n_series as n_total,
    count(*) over (partition by judged.area_code) as n_found,
    count(*) filter (judged.status = 'on track or target met') over (partition by judged.area_code) as n_on_track,
    count(*) filter (judged.status = 'moderate progress, acceleration needed')
        over (partition by judged.area_code) as n_moderate,
    count(*) filter (judged.status = 'marginal progress, significant acceleration needed')
        over (partition by judged.area_code) as n_marginal,
    count(*) filter (judged.status = 'stagnation') over (partition by judged.area_code) as n_still,
    count(*) filter (judged.status = 'regression') over (partition by judged.area_code) as n_back,
    'computed' as basis,
    judged.definition,
    judged.release,
    judged.unit
from judged
where judged.is_assessed
qualify row_number() over (partition by judged.area_code order by judged.place, judged.series_code) <= $most
order by judged.area_code, judged.place, judged.series_code
