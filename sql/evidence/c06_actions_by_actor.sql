-- name: c06_actions_by_actor
-- grain: area, register, role, goal or none, kind of actor
-- depends: core.action, core.action_actor, core.action_dataset, core.action_goal, core.action_place, core.area
-- why: who leads, and who takes part as lead or partner; of all actions, and of those that declare a goal, so that
--   the mix for Goal 1 can be read beside that for Goals 11 and 17. An action counts once a kind. Actions whose
--   record names nobody are 'none named', so that no part of n_total is unaccounted for. With whom a single
--   government acts is in c06_actions_by_partner. Goals are cut for the World and groups of countries: of one country
--   they leave few actions a kind.
with roles as (
    select action_id, 'lead' as role, actor_kind from core.action_actor where role = 'lead'
    union all
    select action_id, 'lead or partner' as role, actor_kind from core.action_actor group by action_id, actor_kind
),
kinds as (
    select action_id, role, actor_kind from roles
    union all
    select a.action_id, r.role, 'none named' as actor_kind
    from core.action as a
    cross join (select unnest(['lead', 'lead or partner']) as role) as r
    anti join roles as named on named.action_id = a.action_id and named.role = r.role
),
-- null is all actions, with a goal or without
scopes as (
    select action_id, null as goal_code from core.action
    union all
    select action_id, goal_code from core.action_goal where is_declared
),
placed as (
    select s.goal_code, p.*
    from scopes as s
    join ($shared_action_places) as p on p.action_id = s.action_id
    join core.area as area on area.area_code = p.area_code
    where p.local_government_id is null and (s.goal_code is null or area.kind in ('world', 'region', 'grouping'))
),
totals as (
    select dataset_id, area_code, goal_code, count(*) as n_actions
    from placed
    group by dataset_id, area_code, goal_code
)
select
    p.area_code,
    any_value(p.year) as year,
    map {'dataset': p.dataset_id, 'role': k.role, 'goal': p.goal_code, 'actor': k.actor_kind} as dimensions,
    count(*) as value,
    len(list_distinct(flatten(list(p.country_codes)))) as n_areas,
    any_value(t.n_actions) as n_total,
    if(p.goal_code is null, 'actions', 'actions with the goal') as denominator,
    'computed' as basis,
    array_to_string(list_sort(list_distinct(list(p.release))), '; ') as release
from placed as p
join kinds as k on k.action_id = p.action_id
join totals as t
    on t.dataset_id = p.dataset_id and t.area_code = p.area_code and t.goal_code is not distinct from p.goal_code
group by p.dataset_id, p.area_code, k.role, p.goal_code, k.actor_kind
