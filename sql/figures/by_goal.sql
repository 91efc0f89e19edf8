-- name: by_goal
-- grain: metric, goal, breakdown
-- depends: core.goal, evidence.metric, evidence.metric_value
-- why: counts by goal, each of how many there are under the goal. A goal without one is a row
--   with 0. $held is what the rows have beside the goal.
with picked as (
    select
        v.metric_id,
        g.goal_code as code,
        g.title as name,
        v.breakdown,
        v.dimensions,
        v.year,
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
    inner join core.goal as g on g.goal_code = v.dimensions['goal']
    where list_contains($metrics, v.metric_id)
        and v.area_code = $area
        and v.local_government_id is null
        and v.value is not null
        and map_keys(v.dimensions) = list_append(map_keys($held), 'goal')
        and list_has_all(map_entries(v.dimensions), map_entries($held))
    qualify row_number() over (partition by v.metric_id, v.breakdown order by v.year desc) = 1
),
final as (
    select
        metric_id,
        code,
        name,
        breakdown,
        dimensions,
        year,
        value,
        censoring,
        lower_bound,
        upper_bound,
        n_areas,
        coverage_pct,
        n_total,
        denominator,
        count(*) over () as n_found,
        basis,
        release,
        caveat,
        unit
    from picked
)
select
    cast(metric_id as varchar) as metric_id,
    cast(code as varchar) as code,
    cast(name as varchar) as name,
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
    cast(n_found as bigint) as n_found,
    cast(basis as varchar) as basis,
    cast(release as varchar) as release,
    cast(caveat as varchar) as caveat,
    cast(unit as varchar) as unit
from final
order by cast(code as integer), metric_id
