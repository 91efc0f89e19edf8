-- name: local_actions
-- grain: breakdown of one metric
-- depends: core.area, core.area_grouping, evidence.metric, evidence.metric_value
-- why: counts of local actions of one area: by goal, by how many goals, by pair, by kind of partner. $held and
--   $dimension pick the breakdowns, $breakdowns some of them. n_total is how many actions the counts are of, n_found
--   how many local governments they come from: a World of one government is stated as such.
with governments as (
    select count(distinct v.local_government_id) as n_governments
    from evidence.metric_value as v
    where list_contains($metrics, v.metric_id)
        and map_keys(v.dimensions) = list_append(map_keys($held), $dimension)
        and list_has_all(map_entries(v.dimensions), map_entries($held))
        and v.local_government_id is not null
        and v.value > 0
        and (
            $area = '001'
            or v.area_code = $area
            or v.area_code in (select m.area_code from core.area_grouping as m where m.grouping_code = $area)
        )
),
picked as (
    select
        v.* exclude (local_government_id),
        coalesce(v.dimensions['goal'], v.area_code) as code,
        a.name,
        m.unit,
        g.n_governments as n_found
    from evidence.metric_value as v
    cross join governments as g
    inner join evidence.metric as m on m.metric_id = v.metric_id
    left join core.area as a on a.area_code = v.area_code
    where list_contains($metrics, v.metric_id)
        and v.area_code = $area
        and map_keys(v.dimensions) = list_append(map_keys($held), $dimension)
        and list_has_all(map_entries(v.dimensions), map_entries($held))
        and (len($breakdowns) = 0 or list_contains($breakdowns, v.breakdown))
        and v.local_government_id is null
        and v.value is not null
)
-- goals and numbers of goals in their order, whatever is left by how often it occurs
select *
from picked
order by try_cast(dimensions['goal'] as integer), if(dimensions['goals'] is not null, 0, -value), breakdown
limit $most
