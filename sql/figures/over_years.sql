-- name: over_years
-- grain: area, metric, year, breakdown
-- depends: core.area, evidence.metric, evidence.metric_value
-- why: an area over the years, a line for each metric and breakdown. Years without a value have
--   no row: the chart leaves a gap there. A line leaves out years that rest on too few countries or are not
--   complete (years_left_out); columns keep them, to be drawn as incomplete. Rows of single
--   local governments are another figure.
--   Without an area, every area at once: one query a figure instead of one a figure and area keeps
--   the page quick.
with asked as (
    select
        v.* exclude (local_government_id),
        v.area_code as code,
        a.name,
        m.unit,
        max(v.year) over (partition by v.area_code) as last_year
    from evidence.metric_value as v
    inner join evidence.metric as m on m.metric_id = v.metric_id
    inner join core.area as a on a.area_code = v.area_code and a.kind is not null
    where list_contains($metrics, v.metric_id)
        and ($area = '' or v.area_code = $area)
        and list_contains($breakdowns, v.breakdown)
        and v.local_government_id is null
        and v.value is not null
),
picked as (
    select
        * exclude (last_year),
        max(if(year > last_year - $coverage_years, n_areas, null)) over line as n_fullest,
        list(year) filter (strength = 'weak') over line as years_left_out
    from asked
    window line as (partition by area_code)
)
select
    *,
    count(*) over (partition by area_code) as n_found
from picked
where $kind <> 'line' or strength is distinct from 'weak'
order by area_code, list_position($metrics, metric_id), list_position($breakdowns, breakdown), year
