-- connector_metric: values of one metric with names, unit, caveat and source on every row.
-- grain: metric, area or local government, year, breakdown
-- depends: evidence.metric, evidence.metric_value, core.area, core.local_government
-- why: what an assistant is given of a metric; no value is taken from another release, definition or breakdown.
select
    v.metric_id,
    coalesce(g.name, a.name, v.area_code) as area,
    v.area_code,
    v.local_government_id,
    v.year,
    v.breakdown,
    v.value,
    v.lower_bound,
    v.upper_bound,
    v.censoring,
    m.unit,
    v.definition,
    v.n_areas,
    v.n_total,
    v.coverage_pct,
    v.basis,
    v.is_headline_year,
    v.release,
    v.caveat
from evidence.metric_value as v
inner join evidence.metric as m on m.metric_id = v.metric_id
left join core.area as a on a.area_code = v.area_code
left join core.local_government as g on g.local_government_id = v.local_government_id
where
    v.metric_id = $metric_id
    and (len($areas) = 0 or list_contains($areas, v.area_code) or list_contains($areas, v.local_government_id))
    and ($first_year is null or v.year >= $first_year)
    and ($last_year is null or v.year <= $last_year)
order by area, v.breakdown, v.year
