-- progress_rows: progress towards the targets of 2030, with names, unit and source on every row.
-- grain: series, area
-- depends: core.area, core.release, core.series, core.series_indicator, core.series_release, evidence.progress,
--          evidence.progress_at_event, meta.licence
-- why: the same columns as the other answers, for the newest edition of the evidence or that of the event.
with editions as (
    select *
    from evidence.progress
    union all by name
    select *
    from evidence.progress_at_event
),
official as (
    select series_code, string_agg(indicator_code, ', ' order by indicator_code) as indicators
    from core.series_indicator
    group by series_code
),
datasets as (
    select r.series_code, r.release, min(r.dataset_id) as dataset_id
    from core.series_release as r
    join core.release as l on l.dataset_id = r.dataset_id and l.release = r.release
    group by r.series_code, r.release
)
select
    p.series_code, p.area_code, a.name as area, p.status, p.baseline_year, p.baseline_value, p.latest_year,
    p.latest_value, p.projected_2030, s.target_2030, s.direction, s.unit, p.annual_change, p.required_change,
    p.required_change_points, p.way_covered, p.is_projection_clipped, p.reason, p.definition, p.as_of, p.release,
    d.dataset_id as dataset, coalesce(l.attribution, d.dataset_id) as source, o.indicators,
    s.description as series, a.kind as area_kind
from editions as p
join core.area as a on a.area_code = p.area_code
join core.series as s on s.series_code = p.series_code
left join official as o on o.series_code = p.series_code
left join datasets as d on d.series_code = p.series_code and d.release = p.release
left join meta.licence as l on l.source = d.dataset_id
where
    p.as_of = coalesce(cast($as_of as date), (select max(n.as_of) from evidence.progress as n))
    and (len($series) = 0 or list_contains($series, p.series_code))
    and (len($areas) = 0 or list_contains($areas, p.area_code))
    and (len($statuses) = 0 or list_contains($statuses, p.status))
order by
    coalesce(list_position($series, p.series_code), 0), p.series_code,
    coalesce(list_position($areas, p.area_code), 0), a.name, p.area_code
