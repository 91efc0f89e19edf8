-- name: summed
-- grain: metric, breakdown
-- depends: core.area, evidence.metric, evidence.metric_value
-- why: yearly counts of one area added up over the years, for each breakdown by
--   $dimension: each thing is counted in one year, so the sum counts it once in a breakdown.
--   Without an area, every area at once.
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
        string_agg(distinct v.release, '; ' order by v.release) as release,
        max(v.caveat) as caveat,
        any_value(m.unit) as unit
    from evidence.metric_value as v
    inner join evidence.metric as m on m.metric_id = v.metric_id
    left join core.area as a on a.area_code = v.area_code
    where list_contains($metrics, v.metric_id)
        and ($area = '' or v.area_code = $area)
        and v.local_government_id is null
        and map_keys(v.dimensions) = [$dimension]
    group by v.metric_id, v.area_code, v.breakdown
)
select
    * replace (max(year) over (partition by code) as year),
    code as asked,
    -- what is in two breakdowns is counted twice: no whole
    if($dimension = 'language', null, sum(value) over (partition by code)) as n_total,
    count(*) over (partition by code) as n_found
from counted
qualify row_number() over (partition by code order by value desc, breakdown) <= $most
order by code, value desc, breakdown
