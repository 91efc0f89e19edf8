-- name: progress
-- grain: series, area
-- depends: core.latest_observation, core.series, registry_bounds
-- why: how far each area is from the 2030 target. Method of the UN's SDG Progress Chart, "trend to
--   target" (Technical Notes of the SDG Progress Chart 2024 to 2026, UN Statistics Division):
--     b = 2015 where a later value follows it, else the first year after 2015 that a later
--         value follows, else the last year before 2015. Where b and t are less than three years
--         apart, the latest year before b that is at least three years before t.
--     t = latest year; v = value
--     g = (v_t / v_b)^(1 / (t - b)) - 1               observed yearly growth
--     e = v_t * (1 + g)^(2030 - t)                    value in 2030 if it goes on, not beyond what the
--                                                     series can be (0 to 100 for a part of a whole)
--   with a numeric target T:  r = (e - v_b) / (T - v_b)    share of the way covered by 2030
--   without one:              g in the desired direction
--     on track or target met                           r >= 0.95           g >= 0.02
--     moderate progress, acceleration needed           0.50 <= r < 0.95    0.0125 <= g < 0.02
--     marginal progress, significant acceleration      0.10 <= r < 0.50    0.005 <= g < 0.0125
--     stagnation                                       0 <= r < 0.10       0 <= g < 0.005
--     regression                                       r < 0               g < 0
--   The Technical Note of 2023 has three categories (cuts 0.95 and 0.10, 0.02 and 0.005): another
--   `method` of the same model.
--   The order of the questions: growth rates and yes/no series are not assessed; then too few,
--   censored or too near values are insufficient data; then a latest value at the target, or within
--   one point of a target of 0 or 100 %, is met; then a baseline at or beyond a target that the latest
--   value has left is regression (r would divide by zero or take the wrong way for progress); then
--   zero or negative values, which have no compound growth, are not assessed; then r or g.
--   Values that cannot be true (quality_flag) are no basis. A value of another definition (poverty
--   line), unit or base period than the latest one has is no basis either: $1.90 and $2.15 a day are
--   two series. Each cut is written once.
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
source as (
    select
        published.* exclude (is_usable), -- noqa: RF03
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
cuts as (
    select
        '2024' as method,
        2015 as baseline_from,
        2030 as target_year,
        3 as min_years,
        1.0 as near_points,
        $series_of_c01_extreme_poverty[1] as eradicated_series,
        3.0 as eradicated_below
),
-- what a status asks for at least: of the way covered, or of growth in the desired direction
categories as (
    select
        listed.place,
        listed.status,
        coalesce(cast(listed.least_share as double), cast('-infinity' as double)) as least_share,
        coalesce(cast(listed.least_growth as double), cast('-infinity' as double)) as least_growth
    from (
        values
            ('2024', 1, 'on track or target met', 0.95, 0.02),
            ('2024', 2, 'moderate progress, acceleration needed', 0.50, 0.0125),
            ('2024', 3, 'marginal progress, significant acceleration needed', 0.10, 0.005),
            ('2024', 4, 'stagnation', 0, 0),
            ('2024', 5, 'regression', null, null),
            ('2023', 1, 'met or on track', 0.95, 0.02),
            ('2023', 2, 'fair progress', 0.10, 0.005),
            ('2023', 3, 'stagnation or regression', null, null)
    ) as listed (method, place, status, least_share, least_growth)
    where listed.method = (select cuts.method from cuts)
),
bounds as (
    select
        series_code,
        unit,
        cast(nullif(lowest, '') as double) as lowest,
        cast(nullif(highest, '') as double) as highest
    from registry_bounds
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
        count(distinct source.year) filter (where source.is_value) as n_of_all_definitions,
        max(source.year) filter (where source.is_usable) as latest_year,
        max(source.release) as release
    from source
    inner join directed on directed.series_code = source.series_code
    group by source.series_code, source.area_code
),
-- the first choice of a baseline year, before it is asked how far it is from the latest
first_choices as (
    select
        spans.series_code,
        spans.area_code,
        spans.latest_year,
        coalesce(
            max(source.year) filter (where source.year = cuts.baseline_from),
            min(source.year) filter (where source.year > cuts.baseline_from),
            max(source.year) filter (where source.year < cuts.baseline_from)
        ) as first_choice
    from spans
    cross join cuts
    inner join source
        on source.series_code = spans.series_code
        and source.area_code = spans.area_code
        and source.is_usable
        and source.year < spans.latest_year
    group by spans.series_code, spans.area_code, spans.latest_year
),
baselines as (
    select
        first_choices.series_code,
        first_choices.area_code,
        coalesce(
            max(source.year) filter (
                where source.year < first_choices.first_choice
                and source.year <= first_choices.latest_year - cuts.min_years
                and first_choices.latest_year - first_choices.first_choice < cuts.min_years
            ),
            any_value(first_choices.first_choice)
        ) as baseline_year
    from first_choices
    cross join cuts
    inner join source
        on source.series_code = first_choices.series_code
        and source.area_code = first_choices.area_code
        and source.is_usable
        and source.year < first_choices.latest_year
    group by first_choices.series_code, first_choices.area_code
),
ends as (
    select
        spans.series_code,
        spans.area_code,
        spans.n_values,
        spans.n_of_all_definitions,
        spans.release,
        directed.direction,
        directed.target_2030,
        directed.is_growth_rate,
        baseline.year as baseline_year,
        baseline.value as baseline_value,
        latest.year as latest_year,
        latest.value as latest_value,
        latest.year - baseline.year as years_apart,
        if(own.series_code is null, general.lowest, own.lowest) as lowest,
        if(own.series_code is null, general.highest, own.highest) as highest,
        coalesce(baseline.is_censored, false) as is_baseline_censored,
        coalesce(latest.is_censored, false) as is_latest_censored,
        coalesce(latest.unit, '') = 'PERCENT' as is_percent,
        coalesce(latest.unit, '') in ('BOOL', 'BOOLEAN', 'BINARY') as is_binary,
        latest.definition
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
    left join bounds as own on own.series_code = spans.series_code and own.unit = latest.unit
    left join bounds as general on general.series_code = '*' and general.unit = latest.unit
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
        ends.lowest,
        ends.highest,
        ends.is_latest_censored,
        ends.definition,
        case
            when ends.is_growth_rate or ends.is_binary then 'not assessed'
            when ends.n_values < 2
                or ends.is_baseline_censored
                or ends.is_latest_censored
                or ends.years_apart < cuts.min_years then 'insufficient data'
        end as gate_status,
        case
            when ends.is_growth_rate then 'the series is itself a growth rate'
            when ends.is_binary then 'the series says yes or no'
            when ends.n_values = 0 then 'no value'
            when ends.n_values = 1 and ends.n_of_all_definitions > 1
                then 'only one value of the definition, unit and base period of the latest value'
            when ends.n_values = 1 then 'only one value'
            when ends.is_baseline_censored and ends.is_latest_censored
                then 'baseline and latest value are censored'
            when ends.is_baseline_censored then 'the baseline value is censored'
            when ends.is_latest_censored then 'the latest value is censored'
            when ends.years_apart < cuts.min_years
                then 'baseline and latest year are less than ' || cuts.min_years || ' years apart'
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
        ends.baseline_value < cuts.eradicated_below as was_eradicated
    from ends
    cross join cuts
),
measured as (
    select
        gated.*,
        case
            when gated.gate_status is null and gated.no_growth_reason is null
                then pow(
                    gated.latest_value / nullif(gated.baseline_value, 0),
                    1.0 / nullif(gated.years_apart, 0)
                ) - 1
        end as annual_change,
        gated.latest_value
        * pow(1 + annual_change, greatest(cuts.target_year - gated.latest_year, 0))
            as unbounded_2030,
        -- least and greatest pass over a bound that is null
        case
            when unbounded_2030 is not null
                then greatest(least(unbounded_2030, gated.highest), gated.lowest)
        end as projected_2030,
        -- null where the baseline was there already: the value has left the target, see reason
        case
            when not gated.was_reached
                then (projected_2030 - gated.baseline_value)
                    / nullif(gated.target_2030 - gated.baseline_value, 0)
        end as way_covered,
        -- a baseline of exactly 3 % has no way to go: any rise is away from it
        case
            when gated.baseline_value = cuts.eradicated_below and projected_2030 > gated.baseline_value
                then cast('-infinity' as double)
            when gated.baseline_value = cuts.eradicated_below then 0
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
-- One number a row to set beside the cuts, null where nothing can be determined. Rounded to ten decimals:
-- growth of exactly 2 % must not miss its cut by a last bit.
scored as (
    select
        measured.*,
        case
            when measured.gate_status is not null then null
            when measured.is_reached or measured.is_near then cast('infinity' as double)
            when measured.was_reached then cast('-infinity' as double)
            when measured.target_2030 is not null then round(measured.way_covered, 10)
            else round(measured.desired_growth, 10)
        end as score,
        case
            when measured.series_code <> cuts.eradicated_series or measured.gate_status is not null then null
            when measured.is_eradicated then cast('infinity' as double)
            when measured.was_eradicated then cast('-infinity' as double)
            else round(measured.way_covered_to_3_pct, 10)
        end as score_3_pct
    from measured
    cross join cuts
),
judged as (
    select
        scored.series_code,
        scored.area_code,
        arg_min(categories.status, categories.place) filter (
            where scored.score >= if(scored.target_2030 is null, categories.least_growth, categories.least_share)
        ) as category,
        arg_min(categories.status, categories.place) filter (
            where scored.score_3_pct >= categories.least_share
        ) as category_3_pct
    from scored
    cross join categories
    group by scored.series_code, scored.area_code
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
        coalesce(measured.projected_2030 <> measured.unbounded_2030, false) as is_projection_clipped,
        measured.way_covered,
        coalesce(measured.gate_status, judged.category, 'not assessed') as status,
        case
            when measured.series_code = cuts.eradicated_series
                then coalesce(measured.gate_status, judged.category_3_pct, 'not assessed')
        end as status_reading_3_pct,
        case
            when measured.gate_reason is not null then measured.gate_reason
            when measured.is_reached then 'the latest value is at the target'
            when measured.is_near then 'the latest value is within one point of the target'
            when measured.was_reached
                then 'the baseline was at the target, the latest value has left it'
            when measured.no_growth_reason is not null then measured.no_growth_reason
        end as reason,
        measured.definition,
        measured.release
    from scored as measured
    inner join judged
        on judged.series_code = measured.series_code
        and judged.area_code = measured.area_code
    cross join cuts
)
select
    series_code, area_code, baseline_year, baseline_value, latest_year, latest_value, annual_change,
    required_change, required_change_points, projected_2030, is_projection_clipped, way_covered, status,
    status_reading_3_pct, reason, definition, release
from final
