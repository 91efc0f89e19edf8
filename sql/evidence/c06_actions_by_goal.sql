-- name: c06_actions_by_goal
-- grain: area or local government, links, goal
-- depends: core.action_goal, core.action_place, core.goal
-- why: which goals local actions serve: by what the records declare, and by all links. An action counts once
--   a goal, and under each goal that it serves. A goal that no action serves is a row with 0.
with served as (
    select * from ($shared_action_goals)
),
places as (
    select
        area_code, local_government_id, links, year,
        count(distinct action_id) as n_actions,
        string_agg(distinct release, '; ' order by release) as release
    from served
    group by area_code, local_government_id, links, year
),
counted as (
    select
        area_code, local_government_id, links, goal_code,
        count(*) as n_actions,
        count(distinct country_code) as n_areas
    from served
    group by area_code, local_government_id, links, goal_code
)
select
    p.area_code,
    p.year,
    map {'links': p.links, 'goal': g.goal_code} as dimensions,
    coalesce(c.n_actions, 0) as value,
    coalesce(c.n_areas, 0) as n_areas,
    p.n_actions as n_total,
    'actions with a goal' as denominator,
    'computed' as basis,
    p.release,
    p.local_government_id
from places as p
cross join core.goal as g
left join counted as c
    on c.area_code = p.area_code and c.local_government_id is not distinct from p.local_government_id
    and c.links = p.links and c.goal_code = g.goal_code
