-- name: by_goal
-- grain: metric, goal, breakdown
-- depends: core.goal, core.indicator, evidence.metric, evidence.metric_value
-- why: counts of official indicators by goal, each of how many indicators the goal has. A goal
--   without one is a row with 0. $breakdowns are what stands before the goal, such as 'side=both'.
with listed as (
    select
        g.goal_code,
        g.title,
        count(distinct i.indicator_code) as n_total
    from core.goal as g
    left join core.indicator as i on i.goal_code = g.goal_code
    group by g.goal_code, g.title
),
picked as (
    select
        v.metric_id,
        listed.goal_code as code,
        listed.title as name,
        rtrim(split_part(v.breakdown, 'goal=', 1), '; ') as breakdown,
        v.year,
        v.value,
        v.censoring,
        v.lower_bound,
        v.upper_bound,
        v.n_areas,
        v.coverage_pct,
        listed.n_total,
        v.basis,
        v.release,
        v.caveat,
        m.unit
    from evidence.metric_value as v
    inner join evidence.metric as m on m.metric_id = v.metric_id
    inner join listed on v.breakdown like '%goal=' || listed.goal_code
    where list_contains($metrics, v.metric_id)
        and v.area_code = $area
        and v.local_government_id is null
        and v.value is not null
    qualify row_number() over (partition by v.metric_id, v.breakdown order by v.year desc) = 1
),
final as (
    select
        metric_id,
        code,
        name,
        breakdown,
        year,
        value,
        censoring,
        lower_bound,
        upper_bound,
        n_areas,
        coverage_pct,
        n_total,
        count(*) over () as n_found,
        basis,
        release,
        caveat,
        unit
    from picked
    where len($breakdowns) = 0 or list_contains($breakdowns, breakdown)
)
select
    cast(metric_id as varchar) as metric_id,
    cast(code as varchar) as code,
    cast(name as varchar) as name,
    cast(breakdown as varchar) as breakdown,
    cast(year as integer) as year,
    cast(value as double) as value,
    cast(censoring as varchar) as censoring,
    cast(lower_bound as double) as lower_bound,
    cast(upper_bound as double) as upper_bound,
    cast(n_areas as bigint) as n_areas,
    cast(coverage_pct as double) as coverage_pct,
    cast(n_total as bigint) as n_total,
    cast(n_found as bigint) as n_found,
    cast(basis as varchar) as basis,
    cast(release as varchar) as release,
    cast(caveat as varchar) as caveat,
    cast(unit as varchar) as unit
from final
order by cast(code as integer), list_position($breakdowns, breakdown), breakdown
