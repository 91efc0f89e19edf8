-- name: own_targets
-- grain: goal, status
-- depends: core.area_grouping, core.goal, core.local_government, evidence.metric, evidence.metric_value
-- why: how many of the numeric targets that local governments of the asked area have set themselves have each status,
--   by goal. Targets that cannot be judged are one part, for why is in evidence.local_progress. A government may have
--   targets that belong to no goal: the counts in all are of the rows without one.
with picked as (
    select
        v.*,
        g.name as government,
        if(v.dimensions['status'] = 'insufficient data', 'not assessed', v.dimensions['status']) as status,
        v.dimensions['goal'] as goal_code,
        m.unit
    from evidence.metric_value as v
    inner join evidence.metric as m on m.metric_id = v.metric_id
    inner join core.local_government as g on g.local_government_id = v.local_government_id
    where list_contains($metrics, v.metric_id)
        and (
            $area in ('001', v.area_code, v.local_government_id)
            or v.area_code in (select m.area_code from core.area_grouping as m where m.grouping_code = $area)
        )
),
totals as (
    select
        sum(value) as n_total,
        sum(value) filter (where status <> 'not assessed') as n_found,
        sum(value) filter (where status = 'on track or target met') as n_on_track,
        sum(value) filter (where status = 'moderate progress, acceleration needed') as n_moderate,
        sum(value) filter (where status = 'marginal progress, significant acceleration needed') as n_marginal,
        sum(value) filter (where status = 'stagnation') as n_still,
        sum(value) filter (where status = 'regression') as n_back,
        count(distinct local_government_id) as n_governments,
        min(government) as government
    from picked
    where goal_code is null
),
final as (
    select
        picked.metric_id,
        picked.goal_code as code,
        any_value(goal.title) as name,
        map_from_entries([('goal', picked.goal_code), ('status', picked.status)]) as dimensions,
        max(picked.year) as year,
        sum(picked.value) as value,
        'computed' as basis,
        any_value(picked.caveat) as caveat,
        string_agg(distinct picked.release, '; ' order by picked.release) as release,
        picked.unit
    from picked
    inner join core.goal as goal on goal.goal_code = picked.goal_code
    group by picked.metric_id, picked.goal_code, picked.status, picked.unit
)
select final.*, totals.*
from final
cross join totals
where final.value > 0
order by cast(final.code as integer), list_position($picked, final.dimensions['status'])
