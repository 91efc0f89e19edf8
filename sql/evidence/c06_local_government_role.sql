-- name: c06_local_government_role
-- grain: area, register, goal or none, role of local governments
-- depends: core.action, core.action_actor, core.action_dataset, core.action_goal, core.action_place
-- why: where local governments lead, where they take part as partners, and where they are absent. An action has one
--   role: that of the lead where a local government leads. It is absent where the record names actors and none of them
--   is known to be a local government; a record that names nobody says nothing of it. A register that states no lead
--   has no row of the lead: that none is stated is not that none leads.
with roles as (
    select
        a.action_id,
        case
            when bool_or(p.role = 'lead' and p.actor_kind = 'local government') then 'lead'
            when bool_or(p.actor_kind = 'local government') then 'partner'
            when count(p.actor) > 0 then 'absent'
            else 'none named'
        end as role
    from core.action as a
    left join core.action_actor as p on p.action_id = a.action_id
    group by a.action_id
),
-- null is all actions, with a goal or without
scopes as (
    select action_id, null as goal_code from core.action
    union all
    select action_id, goal_code from core.action_goal where is_declared
),
-- a role that no action has is a row with 0
labels as (
    select dataset_id, 'lead' as role from core.action where lead_kind is not null group by dataset_id
    union all
    select dataset_id, unnest(['partner', 'absent', 'none named']) as role from core.action_dataset
),
counted as (
    select
        p.dataset_id, p.area_code, s.goal_code, r.role,
        any_value(p.year) as year,
        count(*) as n_actions,
        len(list_distinct(flatten(list(p.country_codes)))) as n_areas,
        list_distinct(list(p.release)) as releases
    from scopes as s
    join roles as r on r.action_id = s.action_id
    join ($shared_action_places) as p on p.action_id = s.action_id
    where p.local_government_id is null
    group by p.dataset_id, p.area_code, s.goal_code, r.role
)
select
    c.area_code,
    any_value(c.year) as year,
    map {'dataset': c.dataset_id, 'goal': c.goal_code, 'role': l.role} as dimensions,
    coalesce(sum(c.n_actions) filter (c.role = l.role), 0) as value,
    coalesce(sum(c.n_areas) filter (c.role = l.role), 0) as n_areas,
    sum(c.n_actions) as n_total,
    if(c.goal_code is null, 'actions', 'actions with the goal') as denominator,
    'computed' as basis,
    array_to_string(list_sort(list_distinct(flatten(list(c.releases)))), '; ') as release
from counted as c
join labels as l on l.dataset_id = c.dataset_id
group by c.dataset_id, c.area_code, c.goal_code, l.role
