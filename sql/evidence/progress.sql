-- name: progress
-- grain: series, area
-- depends: core.latest_observation, core.series
-- why: how far each area is from the 2030 target. Method of the UN's SDG Progress Chart
--   (Technical Note 2023), as statistical offices that adopted it restate it:
--     b = 2015 where a later value follows it, else the first year after 2015 that a later
--         value follows, else the last year before 2015; t = latest year; v = value
--     g = (v_t / v_b)^(1 / (t - b)) - 1               observed yearly growth
--     e = v_t * (1 + g)^(2030 - t)                    value in 2030 if it goes on
--   with a numeric target T:
--     r = (e - v_b) / (T - v_b)                       share of the way covered by 2030
--     r >= 0.95 met or on track; 0.10 <= r < 0.95 fair; below stagnation or regression
--     latest value at the target, or within one point of a target of 0 or 100 %: met
--   without one: growth in the desired direction >= 0.02 on track, >= 0.005 fair, else
--     stagnation or regression.
--   The order of the questions: growth rates and yes/no series are not assessed; then too few,
--   censored or too near values are insufficient data; then met; then zero or negative values,
--   which have no compound growth, are not assessed; then r or g.
--   A baseline at or beyond a target that the latest value has left again is regression: r
--   would divide by zero or take the wrong way for progress.
--   The cuts stand in one place, so that a variant of the method is a change of parameters.
--   Growth of a share can lead past 100 in 2030: projected_2030 says what the formula says.
with source as (
    select
        series_code,
        area_code,
        year,
        value,
        value_status in ('number', 'censored') and value is not null as is_usable,
        value_status = 'censored' as is_censored,
        unit,
        coalesce(base_period, '') as base_period,
        release
    from core.latest_observation
    where is_total
),
cuts as (
    select
        2015 as baseline_from,
        2030 as target_year,
        3 as min_years,
        0.95 as on_track_share,
        0.10 as fair_share,
        0.02 as on_track_growth,
        0.005 as fair_growth,
        1.0 as near_points,
        'SI_POV_DAY1' as eradicated_series,
        3.0 as eradicated_below
),
directed as (
    select
        series_code,
        direction,
        target_2030,
        coalesce(description, '') ilike '%growth rate%' as is_growth_rate
    from core.series
    where direction is not null
),
spans as (
    select
        source.series_code,
        source.area_code,
        count(distinct source.year) filter (where source.is_usable) as n_values,
        max(source.year) filter (where source.is_usable) as latest_year,
        max(source.release) as release
    from source
    inner join directed on directed.series_code = source.series_code
    group by source.series_code, source.area_code
),
baselines as (
    select
        spans.series_code,
        spans.area_code,
        coalesce(
            max(source.year) filter (where source.year = cuts.baseline_from),
            min(source.year) filter (where source.year > cuts.baseline_from),
            max(source.year) filter (where source.year < cuts.baseline_from)
        ) as baseline_year
    from spans
    cross join cuts
    inner join source
        on source.series_code = spans.series_code
        and source.area_code = spans.area_code
        and source.is_usable
        and source.year < spans.latest_year
    group by spans.series_code, spans.area_code
),
ends as (
    select
        spans.series_code,
        spans.area_code,
        spans.n_values,
        spans.release,
        directed.direction,
        directed.target_2030,
        directed.is_growth_rate,
        baseline.year as baseline_year,
        baseline.value as baseline_value,
        latest.year as latest_year,
        latest.value as latest_value,
        latest.year - baseline.year as years_apart,
        coalesce(baseline.is_censored, false) as is_baseline_censored,
        coalesce(latest.is_censored, false) as is_latest_censored,
        coalesce(latest.unit, '') = 'PERCENT' as is_percent,
        coalesce(latest.unit, '') in ('BOOL', 'BOOLEAN', 'BINARY') as is_binary,
        (
            latest.unit is distinct from baseline.unit
            or latest.base_period is distinct from baseline.base_period
        ) as is_mixed
    from spans
    inner join directed on directed.series_code = spans.series_code
    left join baselines
        on baselines.series_code = spans.series_code
        and baselines.area_code = spans.area_code
    left join source as baseline
        on baseline.series_code = spans.series_code
        and baseline.area_code = spans.area_code
        and baseline.year = baselines.baseline_year
        and baseline.is_usable
    left join source as latest
        on latest.series_code = spans.series_code
        and latest.area_code = spans.area_code
        and latest.year = spans.latest_year
        and latest.is_usable
),
-- what keeps a pair of values from being read at all
gated as (
    select
        ends.series_code,
        ends.area_code,
        ends.release,
        ends.direction,
        ends.target_2030,
        ends.baseline_year,
        ends.baseline_value,
        ends.latest_year,
        ends.latest_value,
        ends.years_apart,
        ends.is_latest_censored,
        case
            when ends.is_growth_rate or ends.is_binary then 'not assessed'
            when ends.n_values < 2
                or ends.is_baseline_censored
                or ends.is_latest_censored
                or ends.years_apart < cuts.min_years then 'insufficient data'
            when ends.is_mixed then 'not assessed'
        end as gate_status,
        case
            when ends.is_growth_rate then 'the series is itself a growth rate'
            when ends.is_binary then 'the series says yes or no'
            when ends.n_values = 0 then 'no value'
            when ends.n_values = 1 then 'only one value'
            when ends.is_baseline_censored and ends.is_latest_censored
                then 'baseline and latest value are censored'
            when ends.is_baseline_censored then 'the baseline value is censored'
            when ends.is_latest_censored then 'the latest value is censored'
            when ends.years_apart < cuts.min_years
                then 'baseline and latest year are less than ' || cuts.min_years || ' years apart'
            when ends.is_mixed
                then 'baseline and latest value differ in unit or base period'
        end as gate_reason,
        case
            when ends.baseline_value <= 0
                then 'the baseline value is zero or negative: no compound growth'
            when ends.latest_value < 0
                then 'the latest value is negative: no compound growth'
        end as no_growth_reason,
        case ends.direction
            when 'up' then ends.latest_value >= ends.target_2030
            when 'down' then ends.latest_value <= ends.target_2030
        end as is_reached,
        (
            ends.is_percent
            and ends.target_2030 in (0, 100)
            and abs(ends.latest_value - ends.target_2030) <= cuts.near_points
        ) as is_near,
        case ends.direction
            when 'up' then ends.baseline_value >= ends.target_2030
            when 'down' then ends.baseline_value <= ends.target_2030
        end as was_reached,
        case
            when ends.series_code = cuts.eradicated_series
                then ends.latest_value < cuts.eradicated_below
        end as is_eradicated,
        ends.baseline_value <= cuts.eradicated_below as was_eradicated
    from ends
    cross join cuts
),
-- rounded to ten decimals where compared: growth of exactly 2 % must not miss its cut by a last bit
measured as (
    select
        gated.series_code,
        gated.area_code,
        gated.release,
        gated.target_2030,
        gated.baseline_year,
        gated.baseline_value,
        gated.latest_year,
        gated.latest_value,
        gated.is_latest_censored,
        gated.gate_status,
        gated.gate_reason,
        gated.no_growth_reason,
        gated.is_reached,
        gated.is_near,
        gated.was_reached,
        gated.is_eradicated,
        gated.was_eradicated,
        case
            when gated.gate_status is null and gated.no_growth_reason is null
                then pow(
                    gated.latest_value / nullif(gated.baseline_value, 0),
                    1.0 / nullif(gated.years_apart, 0)
                ) - 1
        end as annual_change,
        gated.latest_value
        * pow(1 + annual_change, greatest(cuts.target_year - gated.latest_year, 0))
            as projected_2030,
        -- null where the baseline was there already: the value has left the target, see reason
        case
            when not gated.was_reached
                then (projected_2030 - gated.baseline_value)
                    / nullif(gated.target_2030 - gated.baseline_value, 0)
        end as way_covered,
        case
            when not gated.was_eradicated
                then (projected_2030 - gated.baseline_value)
                    / nullif(cuts.eradicated_below - gated.baseline_value, 0)
        end as way_covered_to_3_pct,
        case gated.direction
            when 'up' then annual_change
            when 'down' then -annual_change
        end as desired_growth
    from gated
    cross join cuts
),
final as (
    select
        measured.series_code,
        measured.area_code,
        measured.baseline_year,
        measured.baseline_value,
        measured.latest_year,
        measured.latest_value,
        measured.annual_change,
        case
            when measured.is_latest_censored or measured.latest_year >= cuts.target_year then null
            when measured.target_2030 = 0 then null
            when measured.is_reached then 0
            when measured.latest_value > 0
                then pow(
                    measured.target_2030 / nullif(measured.latest_value, 0),
                    1.0 / nullif(cuts.target_year - measured.latest_year, 0)
                ) - 1
        end as required_change,
        case
            when measured.is_latest_censored or measured.latest_year >= cuts.target_year then null
            when measured.is_reached then 0
            else (measured.target_2030 - measured.latest_value)
                / nullif(cuts.target_year - measured.latest_year, 0)
        end as required_change_points,
        measured.projected_2030,
        measured.way_covered,
        case
            when measured.gate_status is not null then measured.gate_status
            when measured.is_reached or measured.is_near then 'met or on track'
            when measured.no_growth_reason is not null then 'not assessed'
            when round(measured.way_covered, 10) >= cuts.on_track_share then 'met or on track'
            when round(measured.way_covered, 10) >= cuts.fair_share then 'fair progress'
            when measured.target_2030 is not null then 'stagnation or regression'
            when round(measured.desired_growth, 10) >= cuts.on_track_growth then 'met or on track'
            when round(measured.desired_growth, 10) >= cuts.fair_growth then 'fair progress'
            else 'stagnation or regression'
        end as status,
        case
            when measured.series_code <> cuts.eradicated_series then null
            when measured.gate_status is not null then measured.gate_status
            when measured.is_eradicated then 'met or on track'
            when measured.no_growth_reason is not null then 'not assessed'
            when round(measured.way_covered_to_3_pct, 10) >= cuts.on_track_share
                then 'met or on track'
            when round(measured.way_covered_to_3_pct, 10) >= cuts.fair_share then 'fair progress'
            else 'stagnation or regression'
        end as status_reading_3_pct,
        case
            when measured.gate_reason is not null then measured.gate_reason
            when measured.is_reached then 'the latest value is at the target'
            when measured.is_near then 'the latest value is within one point of the target'
            when measured.no_growth_reason is not null then measured.no_growth_reason
            when measured.was_reached
                then 'the baseline was at the target, the latest value has left it'
        end as reason,
        measured.release
    from measured
    cross join cuts
)
select
    cast(series_code as varchar) as series_code,
    cast(area_code as varchar) as area_code,
    cast(baseline_year as integer) as baseline_year,
    cast(baseline_value as double) as baseline_value,
    cast(latest_year as integer) as latest_year,
    cast(latest_value as double) as latest_value,
    cast(annual_change as double) as annual_change,
    cast(required_change as double) as required_change,
    cast(required_change_points as double) as required_change_points,
    cast(projected_2030 as double) as projected_2030,
    cast(way_covered as double) as way_covered,
    cast(status as varchar) as status,
    cast(status_reading_3_pct as varchar) as status_reading_3_pct,
    cast(reason as varchar) as reason,
    cast(release as varchar) as release
from final
