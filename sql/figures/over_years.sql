-- name: over_years
-- grain: area, metric, year, breakdown
-- depends: core.area, evidence.metric, evidence.metric_value
-- why: an area over the years, a line for each metric and breakdown. Years without a value have
--   no row: the chart leaves a gap there. Rows of single local governments are another figure.
--   Without an area, every area at once: one query a figure instead of one a figure and area keeps
--   the page quick.
with picked as (
    select
        v.metric_id,
        v.area_code,
        a.name as area_name,
        v.year,
        v.breakdown,
        v.dimensions,
        v.value,
        v.censoring,
        v.lower_bound,
        v.upper_bound,
        v.n_areas,
        v.coverage_pct,
        v.n_total,
        v.denominator,
        v.basis,
        v.release,
        v.caveat,
        m.unit
    from evidence.metric_value as v
    inner join evidence.metric as m on m.metric_id = v.metric_id
    inner join core.area as a on a.area_code = v.area_code and a.kind is not null
    where list_contains($metrics, v.metric_id)
        and ($area = '' or v.area_code = $area)
        and list_contains($breakdowns, v.breakdown)
        and v.local_government_id is null
        and v.value is not null
)
select
    cast(metric_id as varchar) as metric_id,
    cast(area_code as varchar) as code,
    cast(area_name as varchar) as name,
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
    cast(denominator as varchar) as denominator,
    cast(count(*) over (partition by area_code) as bigint) as n_found,
    cast(basis as varchar) as basis,
    cast(release as varchar) as release,
    cast(caveat as varchar) as caveat,
    cast(unit as varchar) as unit
from picked
order by area_code, list_position($metrics, metric_id), list_position($breakdowns, breakdown), year
