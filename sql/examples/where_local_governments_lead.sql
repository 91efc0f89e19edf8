-- Where local governments lead actions, take part as partners, or are absent: by register and goal, of the World.
-- name: where_local_governments_lead
-- grain: register, goal (null: all actions)
-- depends: core.action_dataset, core.goal, evidence.metric_value
-- why: what the metric c06_local_government_role has in four rows is one. Absent includes names of which the kind is
--   not known; records that name nobody are in n_total alone.
-- column dataset_id: Register that the actions are from.
-- column title: Title of the register.
-- column goal_code: Goal that the actions declare; null for all actions of the register.
-- column goal_title: Title of the goal.
-- column n_lead: Actions that a local government leads; null where the register states no lead.
-- column n_partner: Actions in which one is a partner, and none leads.
-- column n_absent: Actions that name others alone.
-- column lead_pct: n_lead as a share of n_total. Unit: per cent.
with roles as (
    select
        dimensions['dataset'] as dataset_id,
        dimensions['goal'] as goal_code,
        max(value) filter (dimensions['role'] = 'lead') as n_lead,
        max(value) filter (dimensions['role'] = 'partner') as n_partner,
        max(value) filter (dimensions['role'] = 'absent') as n_absent,
        max(n_total) as n_total
    from evidence.metric_value
    where metric_id = 'c06_local_government_role' and area_code = '001'
    group by dimensions['dataset'], dimensions['goal']
)
select
    r.dataset_id,
    d.title,
    r.goal_code,
    g.title as goal_title,
    cast(r.n_lead as bigint) as n_lead,
    cast(r.n_partner as bigint) as n_partner,
    cast(r.n_absent as bigint) as n_absent,
    r.n_total,
    100.0 * r.n_lead / r.n_total as lead_pct
from roles as r
join core.action_dataset as d on d.dataset_id = r.dataset_id
left join core.goal as g on g.goal_code = r.goal_code
order by r.dataset_id, cast(r.goal_code as integer) nulls first
