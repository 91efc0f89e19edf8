-- name: coalition
-- grain: pair of kinds, register, area, local government where it leads, goal or all, year or all
-- depends: core.action, core.action_actor, core.action_goal, core.action_place, core.area
-- why: an action of an academy, a ministry and two companies is in four pairs: each two kinds, and business with
--   itself. An action counts once a pair, place, goal that it declares and year; a null goal or year is all
--   actions, so that none is lost that has none. n_total is the actions of two actors or more, of any kinds.
--   Goals and years are cut for the World and groups of countries: of one country they leave few actions each.
with kinds as (
    select action_id, actor_kind, count(*) as n_actors
    from core.action_actor
    group by action_id, actor_kind
),
pairs as (
    select one.action_id, one.actor_kind as actor_kind_a, other.actor_kind as actor_kind_b
    from kinds as one
    join kinds as other on other.action_id = one.action_id and other.actor_kind >= one.actor_kind
    where other.actor_kind > one.actor_kind or one.n_actors > 1
),
together as (
    select action_id from core.action_actor group by action_id having count(*) > 1
),
goals as (
    select action_id, null as goal_code from together
    union all
    select t.action_id, g.goal_code
    from together as t
    join core.action_goal as g on g.action_id = t.action_id and g.is_declared
),
cuts as (
    select action_id, goal_code, null as year, goal_code is null as is_whole from goals
    union all
    select g.action_id, g.goal_code, a.year, false as is_whole
    from goals as g
    join core.action as a on a.action_id = g.action_id
    where a.year is not null
),
placed as (
    select c.goal_code, c.year, p.*
    from cuts as c
    join core.action_place as p on p.action_id = c.action_id
    join core.area as area on area.area_code = p.area_code
    where c.is_whole or (area.kind in ('world', 'region', 'grouping') and p.local_government_id is null)
),
totals as (
    select dataset_id, area_code, local_government_id, goal_code, year, count(*) as n_total
    from placed
    group by dataset_id, area_code, local_government_id, goal_code, year
),
counted as (
    select
        c.actor_kind_a, c.actor_kind_b, p.goal_code, p.year, p.dataset_id, p.area_code, p.local_government_id,
        count(*) as n_actions,
        len(list_distinct(flatten(list(p.country_codes)))) as n_areas
    from placed as p
    join pairs as c on c.action_id = p.action_id
    group by
        c.actor_kind_a, c.actor_kind_b, p.goal_code, p.year, p.dataset_id, p.area_code, p.local_government_id
)
select
    c.actor_kind_a, c.actor_kind_b, c.goal_code, c.year, c.dataset_id, c.area_code, c.local_government_id, c.n_actions,
    t.n_total, c.n_areas
from counted as c
join totals as t
    on t.dataset_id = c.dataset_id and t.area_code = c.area_code
    and t.local_government_id is not distinct from c.local_government_id
    and t.goal_code is not distinct from c.goal_code and t.year is not distinct from c.year
order by c.dataset_id, c.area_code, c.local_government_id, c.goal_code, c.year, c.actor_kind_a, c.actor_kind_b
