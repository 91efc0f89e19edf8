-- name: progress
-- grain: series, area
-- depends: core.latest_observation, core.series, registry_bounds
-- why: how far each area is from the 2030 target, by the method of the UN's SDG Progress Chart, which the shared
--   progress_model states.
--   Values that cannot be true (quality_flag) are no basis. A value of another definition (poverty
--   line), unit or base period than the latest one has is no basis either: $1.90 and $2.15 a day are
--   two series.
with published as (
    select
        series_code,
        area_code,
        year,
        value,
        value_status in ('number', 'censored') and value is not null and quality_flag is null as is_usable,
        value_status = 'censored' as is_censored,
        unit,
        base_period,
        definition,
        release
    from core.latest_observation
    where is_total
),
-- the latest value of each series and area says of what definition all others have to be
latest_values as ( -- noqa: ST03
    select series_code, area_code, unit, base_period, definition
    from published
    where is_usable
    qualify row_number() over (partition by series_code, area_code order by year desc) = 1
),
points as ( -- noqa: ST03
    select
        published.series_code as measure,
        published.area_code as place,
        published.year,
        published.value,
        published.is_censored,
        published.unit,
        published.definition,
        published.release,
        published.is_usable
        and published.unit is not distinct from latest_values.unit
        and published.base_period is not distinct from latest_values.base_period
        and published.definition is not distinct from latest_values.definition as is_usable,
        published.is_usable as is_value
    from published
    left join latest_values
        on latest_values.series_code = published.series_code
        and latest_values.area_code = published.area_code
),
subjects as ( -- noqa: ST03
    select
        series_code as measure,
        direction,
        target_2030 as target,
        2030 as target_year,
        if(series_code = $series_of_c01_extreme_poverty[1], 3.0, null) as eradicated_below,
        coalesce(description, '') ilike '%growth rate%' as is_growth_rate
    from core.series
    where direction is not null
),
bounds as ( -- noqa: ST03
    select
        series_code as measure,
        unit,
        cast(nullif(lowest, '') as double) as lowest,
        cast(nullif(highest, '') as double) as highest
    from registry_bounds
),
final as (
    select
        model.measure as series_code,
        model.place as area_code,
        model.baseline_year,
        model.baseline_value,
        model.latest_year,
        model.latest_value,
        model.annual_change,
        model.required_change,
        model.required_change_points,
        model.projected as projected_2030,
        model.is_projection_clipped,
        model.way_covered,
        model.status,
        model.status_reading_3_pct,
        model.reason,
        model.definition,
        model.release
    from ($shared_progress_model) as model
)
select
    series_code, area_code, baseline_year, baseline_value, latest_year, latest_value, annual_change,
    required_change, required_change_points, projected_2030, is_projection_clipped, way_covered, status,
    status_reading_3_pct, reason, definition, release
from final
order by series_code, area_code, release, definition
