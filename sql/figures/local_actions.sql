-- name: local_actions
-- grain: breakdown of one metric
-- depends: core.area, core.area_grouping, evidence.metric, evidence.metric_value
-- why: counts of local actions of one area: by goal, by how many goals, by pair, by kind of partner. $held and
--   $dimension pick the breakdowns, $breakdowns some of them. n_total is how many actions the counts are of, n_found
--   how many local governments they come from: a World of one government is told as that.
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
        v.metric_id,
        v.area_code,
        a.name as area_name,
        v.dimensions['goal'] as goal,
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
    left join core.area as a on a.area_code = v.area_code
    where list_contains($metrics, v.metric_id)
        and v.area_code = $area
        and map_keys(v.dimensions) = list_append(map_keys($held), $dimension)
        and list_has_all(map_entries(v.dimensions), map_entries($held))
        and (len($breakdowns) = 0 or list_contains($breakdowns, v.breakdown))
        and v.local_government_id is null
        and v.value is not null
),
-- goals and numbers of goals in their order, whatever is left by how often it occurs
ranked as (
    select
        picked.*,
        row_number() over (
            order by try_cast(goal as integer), if(dimensions['goals'] is not null, 0, -value), breakdown
        ) as place
    from picked
)
select
    cast(r.metric_id as varchar) as metric_id,
    cast(coalesce(r.goal, r.area_code) as varchar) as code,
    cast(r.area_name as varchar) as name,
    cast(r.breakdown as varchar) as breakdown,
    cast(r.dimensions as map(varchar, varchar)) as dimensions,
    cast(r.year as integer) as year,
    cast(r.value as double) as value,
    cast(r.censoring as varchar) as censoring,
    cast(r.lower_bound as double) as lower_bound,
    cast(r.upper_bound as double) as upper_bound,
    cast(r.n_areas as bigint) as n_areas,
    cast(r.coverage_pct as double) as coverage_pct,
    cast(r.n_total as bigint) as n_total,
    cast(r.denominator as varchar) as denominator,
    cast(g.n_governments as bigint) as n_found,
    cast(r.basis as varchar) as basis,
    cast(r.release as varchar) as release,
    cast(r.caveat as varchar) as caveat,
    cast(r.unit as varchar) as unit
from ranked as r
cross join governments as g
where r.place <= $most
order by r.place
