-- Series of which not every area and year has a total, with the breakdown to filter by instead.
-- column n_points: Areas and years of which the series has a value, in the release that is shown.
-- name: series_without_total
-- grain: series
-- depends: core.series, core.latest_observation
-- why: a filter on is_total silently leaves such a series, or a part of it, out.
with points as (
    select
        series_code,
        count(distinct hash(area_code, year)) as n_points
    from core.latest_observation
    group by series_code
),
final as (
    select
        series.series_code,
        series.description,
        series.unit,
        series.has_total,
        series.total_pct,
        points.n_points,
        series.usual_breakdown
    from core.series as series
    inner join points on points.series_code = series.series_code
    where series.total_pct < 100
)
select
    series_code,
    description,
    unit,
    has_total,
    total_pct,
    cast(n_points as bigint) as n_points,
    usual_breakdown
from final
order by total_pct, series_code
