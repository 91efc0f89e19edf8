-- shared progress_model: how far each measure is on its way to its target, in each place
-- grain: measure, place
-- depends: what the SELECT that takes it in names before: subjects (measure, direction, target, target_year,
--   eradicated_below, is_growth_rate), points (measure, place, year, value, is_usable, is_value, is_censored, unit,
--   definition, release), bounds (measure or '*', unit, lowest, highest)
-- why: the UN's series and the targets that local governments set are judged by one method, that of the UN's SDG
--   Progress Chart, "trend to target" (Technical Notes of the SDG Progress Chart 2024 to 2026, UN Statistics Division):
--     b = 2015 where a later value follows it, else the first year after 2015 that a later
--         value follows, else the last year before 2015. Where b and t are less than three years
--         apart, the latest year before b that is at least three years before t.
--     t = latest year; v = value
--     g = (v_t / v_b)^(1 / (t - b)) - 1               observed yearly growth
--     e = v_t * (1 + g)^(y - t)                       value in the target's year y if it goes on, not beyond
--                                                     what the measure can be (0 to 100 for a part of a whole)
--   with a numeric target T:  r = (e - v_b) / (T - v_b)    share of the way covered by year y
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
--   Each cut is written once. A target without a stated direction is to be reached from its baseline: it is up where
--   the target is above that, down where it is below; where the value went further beyond it than it was away, neither.
with cuts as (
    select
        '2024' as method,
        2015 as baseline_from,
        3 as min_years,
        1.0 as near_points
),
-- what a status asks for at least: of the way covered, or of growth in the desired direction
categories as (
    select
        listed.level,
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
    ) as listed (method, level, status, least_share, least_growth)
    where listed.method = (select cuts.method from cuts)
),
spans as (
    select
        points.measure,
        points.place,
        count(distinct points.year) filter (where points.is_usable) as n_values,
        count(distinct points.year) filter (where points.is_value) as n_of_all_definitions,
        max(points.year) filter (where points.is_usable) as latest_year,
        max(points.release) as release
    from points
    inner join subjects on subjects.measure = points.measure
    group by points.measure, points.place
),
-- the first choice of a baseline year, before it is asked how far it is from the latest
first_choices as (
    select
        spans.measure,
        spans.place,
        spans.latest_year,
        coalesce(
            max(points.year) filter (where points.year = cuts.baseline_from),
            min(points.year) filter (where points.year > cuts.baseline_from),
            max(points.year) filter (where points.year < cuts.baseline_from)
        ) as first_choice
    from spans
    cross join cuts
    inner join points
        on points.measure = spans.measure
        and points.place = spans.place
        and points.is_usable
        and points.year < spans.latest_year
    group by spans.measure, spans.place, spans.latest_year
),
baselines as (
    select
        first_choices.measure,
        first_choices.place,
        coalesce(
            max(points.year) filter (
                where points.year < first_choices.first_choice
                and points.year <= first_choices.latest_year - cuts.min_years
                and first_choices.latest_year - first_choices.first_choice < cuts.min_years
            ),
            any_value(first_choices.first_choice)
        ) as baseline_year
    from first_choices
    cross join cuts
    inner join points
        on points.measure = first_choices.measure
        and points.place = first_choices.place
        and points.is_usable
        and points.year < first_choices.latest_year
    group by first_choices.measure, first_choices.place
),
ends as (
    select
        spans.measure,
        spans.place,
        spans.n_values,
        spans.n_of_all_definitions,
        spans.release,
        coalesce(
            subjects.direction,
            case
                when subjects.target > baseline.value then 'up'
                when subjects.target < baseline.value then 'down'
            end
        ) as direction,
        subjects.direction is null as is_implied,
        subjects.target,
        subjects.target_year,
        subjects.eradicated_below,
        subjects.is_growth_rate,
        baseline.year as baseline_year,
        baseline.value as baseline_value,
        latest.year as latest_year,
        latest.value as latest_value,
        latest.year - baseline.year as years_apart,
        if(own.measure is null, general.lowest, own.lowest) as lowest,
        if(own.measure is null, general.highest, own.highest) as highest,
        coalesce(baseline.is_censored, false) as is_baseline_censored,
        coalesce(latest.is_censored, false) as is_latest_censored,
        coalesce(latest.unit, '') = 'PERCENT' as is_percent,
        coalesce(latest.unit, '') in ('BOOL', 'BOOLEAN', 'BINARY') as is_binary,
        latest.definition
    from spans
    inner join subjects on subjects.measure = spans.measure
    left join baselines
        on baselines.measure = spans.measure
        and baselines.place = spans.place
    left join points as baseline
        on baseline.measure = spans.measure
        and baseline.place = spans.place
        and baseline.year = baselines.baseline_year
        and baseline.is_usable
    left join points as latest
        on latest.measure = spans.measure
        and latest.place = spans.place
        and latest.year = spans.latest_year
        and latest.is_usable
    left join bounds as own on own.measure = spans.measure and own.unit = latest.unit
    left join bounds as general on general.measure = '*' and general.unit = latest.unit
),
-- what keeps a pair of values from being read at all
gated as (
    select
        ends.measure,
        ends.place,
        ends.release,
        ends.direction,
        ends.target,
        ends.target_year,
        ends.eradicated_below,
        ends.baseline_year,
        ends.baseline_value,
        ends.latest_year,
        ends.latest_value,
        ends.years_apart,
        ends.lowest,
        ends.highest,
        ends.is_latest_censored,
        ends.definition,
        -- an implied direction is none where the value went further beyond the target than it was away from it
        coalesce(
            ends.is_implied and ends.years_apart >= cuts.min_years
            and abs(ends.latest_value - ends.target) > abs(ends.baseline_value - ends.target)
            and sign(ends.latest_value - ends.target) = -sign(ends.baseline_value - ends.target),
            false
        ) as is_passed_unasked,
        case
            when ends.is_growth_rate or ends.is_binary or is_passed_unasked then 'not assessed'
            when ends.n_values < 2
                or ends.is_baseline_censored
                or ends.is_latest_censored
                or ends.years_apart < cuts.min_years then 'insufficient data'
        end as gate_status,
        case
            when ends.is_growth_rate then 'the series is itself a growth rate'
            when ends.is_binary then 'the series says yes or no'
            when is_passed_unasked
                then 'the value went further beyond the target than it was away from it, '
                    || 'and nothing says which way is progress'
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
            when 'up' then ends.latest_value >= ends.target
            when 'down' then ends.latest_value <= ends.target
            else ends.latest_value = ends.target
        end as is_reached,
        (
            ends.is_percent
            and ends.target in (0, 100)
            and abs(ends.latest_value - ends.target) <= cuts.near_points
        ) as is_near,
        case ends.direction
            when 'up' then ends.baseline_value >= ends.target
            when 'down' then ends.baseline_value <= ends.target
        end as was_reached,
        ends.latest_value < ends.eradicated_below as is_eradicated,
        ends.baseline_value < ends.eradicated_below as was_eradicated
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
        * pow(1 + annual_change, greatest(gated.target_year - gated.latest_year, 0))
            as unbounded,
        -- least and greatest pass over a bound that is null
        case
            when unbounded is not null
                then greatest(least(unbounded, gated.highest), gated.lowest)
        end as projected,
        -- null where the baseline was there already: the value has left the target, see reason
        case
            when not gated.was_reached
                then (projected - gated.baseline_value)
                    / nullif(gated.target - gated.baseline_value, 0)
        end as way_covered,
        -- a baseline of exactly 3 % has no way to go: any rise is away from it
        case
            when gated.baseline_value = gated.eradicated_below and projected > gated.baseline_value
                then cast('-infinity' as double)
            when gated.baseline_value = gated.eradicated_below then 0
            when not gated.was_eradicated
                then (projected - gated.baseline_value)
                    / nullif(gated.eradicated_below - gated.baseline_value, 0)
        end as way_covered_to_3_pct,
        case gated.direction
            when 'up' then annual_change
            when 'down' then -annual_change
        end as desired_growth
    from gated
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
            when measured.target is not null then round(measured.way_covered, 10)
            else round(measured.desired_growth, 10)
        end as score,
        case
            when measured.eradicated_below is null or measured.gate_status is not null then null
            when measured.is_eradicated then cast('infinity' as double)
            when measured.was_eradicated then cast('-infinity' as double)
            else round(measured.way_covered_to_3_pct, 10)
        end as score_3_pct
    from measured
),
judged as (
    select
        scored.measure,
        scored.place,
        arg_min(categories.status, categories.level) filter (
            where scored.score >= if(scored.target is null, categories.least_growth, categories.least_share)
        ) as category,
        arg_min(categories.status, categories.level) filter (
            where scored.score_3_pct >= categories.least_share
        ) as category_3_pct
    from scored
    cross join categories
    group by scored.measure, scored.place
),
final as (
    select
        measured.measure,
        measured.place,
        measured.baseline_year,
        measured.baseline_value,
        measured.latest_year,
        measured.latest_value,
        measured.annual_change,
        case
            when measured.is_latest_censored or measured.latest_year >= measured.target_year then null
            when measured.target = 0 then null
            when measured.is_reached then 0
            when measured.latest_value > 0
                then pow(
                    measured.target / nullif(measured.latest_value, 0),
                    1.0 / nullif(measured.target_year - measured.latest_year, 0)
                ) - 1
        end as required_change,
        case
            when measured.is_latest_censored or measured.latest_year >= measured.target_year then null
            when measured.is_reached then 0
            else (measured.target - measured.latest_value)
                / nullif(measured.target_year - measured.latest_year, 0)
        end as required_change_points,
        measured.projected,
        coalesce(measured.projected <> measured.unbounded, false) as is_projection_clipped,
        measured.way_covered,
        coalesce(measured.gate_status, judged.category, 'not assessed') as status,
        case
            when measured.eradicated_below is not null
                then coalesce(measured.gate_status, judged.category_3_pct, 'not assessed')
        end as status_reading_3_pct,
        case
            when measured.gate_reason is not null then measured.gate_reason
            when measured.is_reached then 'the latest value is at the target'
            when measured.is_near then 'the latest value is within one point of the target'
            when measured.was_reached
                then 'the baseline was at the target, the latest value has left it'
            when measured.no_growth_reason is not null then measured.no_growth_reason
            when measured.direction is null
                then 'the target is the value of the baseline, and nothing says which way is progress'
        end as reason,
        measured.direction,
        measured.was_reached,
        measured.definition,
        measured.release
    from scored as measured
    inner join judged
        on judged.measure = measured.measure
        and judged.place = measured.place
)
select
    measure, place, baseline_year, baseline_value, latest_year, latest_value, annual_change,
    required_change, required_change_points, projected, is_projection_clipped, way_covered, status,
    status_reading_3_pct, reason, direction, was_reached, definition, release
from final
