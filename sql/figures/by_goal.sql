-- name: by_goal
-- grain: metric, goal, breakdown
-- depends: core.goal, evidence.metric, evidence.metric_value
-- why: counts by goal, each of how many there are under the goal. A goal without one is a row
--   with 0. $held is what the rows have beside the goal.
with picked as (
    select
        v.* exclude (local_government_id),
        g.goal_code as code,
        g.title as name,
        m.unit
    from evidence.metric_value as v
    inner join evidence.metric as m on m.metric_id = v.metric_id
    inner join core.goal as g on g.goal_code = v.dimensions['goal']
    where list_contains($metrics, v.metric_id)
        and v.area_code = $area
        and v.local_government_id is null
        and v.value is not null
        and v.strength is distinct from 'weak'
        and map_keys(v.dimensions) = list_append(map_keys($held), 'goal')
        and list_has_all(map_entries(v.dimensions), map_entries($held))
    qualify row_number() over (partition by v.metric_id, v.breakdown order by v.year desc) = 1
)
select
    *,
    count(*) over () as n_found
from picked
order by cast(code as integer), metric_id
