-- rule: WH-051
-- severity: critical
-- why: where each action is in one class (role of local governments, kind of lead, number of partners, number of
--      goals) the classes sum to n_total, and the World's actions of a register are those of core.action
-- fix: Do not publish: report it with the examples, it is a fault of the build.
with classed as (
    select
        metric_id, area_code, local_government_id, year, value, n_total, dimensions['dataset'] as dataset_id,
        dimensions['goal'] as goal_code, dimensions['links'] as links
    from evidence.metric_value
    where metric_id in ('c06_local_government_role', 'c06_partners_per_action', 'c06_goals_per_action')
        or (metric_id = 'c06_actions_by_actor' and dimensions['role'] = 'lead')
),
registers as (
    select dataset_id, count(*) as n_actions from core.action group by dataset_id
)
select
    metric_id, area_code, local_government_id, year, dataset_id, goal_code, links, sum(value) as n_classed,
    max(n_total) as n_expected
from classed
group by metric_id, area_code, local_government_id, year, dataset_id, goal_code, links
having sum(value) <> max(n_total) or min(n_total) <> max(n_total)
union all
select
    v.metric_id, v.area_code, null as local_government_id, v.year, r.dataset_id, null as goal_code, null as links,
    v.value as n_classed, r.n_actions as n_expected
from registers as r
left join evidence.metric_value as v
    on v.metric_id = 'c06_actions' and v.area_code = '001' and v.local_government_id is null
    and v.dimensions = map {'dataset': r.dataset_id}
where v.value is distinct from r.n_actions
