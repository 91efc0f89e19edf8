-- name: c06_actions_by_goal
-- grain: area or local government, register, links, goal
-- depends: core.action_dataset, core.action_goal, core.action_place, core.goal
-- why: which goals actions serve: by what the records declare, and by all links. An action counts once
--   a goal, and under each goal that it serves. A goal that no action serves is a row with 0. Registers are
--   never added up: one that is for Goal 14 alone would decide which goal comes first.
with served as (
    select * from ($shared_action_goals)
),
places as (
    select
        dataset_id, area_code, local_government_id, links,
        any_value(year) as year,
        count(distinct action_id) as n_actions,
        array_to_string(list_sort(list_distinct(list(release))), '; ') as release
    from served
    group by dataset_id, area_code, local_government_id, links
),
counted as (
    select
        dataset_id, area_code, local_government_id, links, goal_code,
        count(*) as n_actions,
        len(list_distinct(flatten(list(country_codes)))) as n_areas
    from served
    group by dataset_id, area_code, local_government_id, links, goal_code
)
select
    p.area_code,
    p.year,
    map {'dataset': p.dataset_id, 'links': p.links, 'goal': g.goal_code} as dimensions,
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
    on c.dataset_id = p.dataset_id and c.area_code = p.area_code
    and c.local_government_id is not distinct from p.local_government_id
    and c.links = p.links and c.goal_code = g.goal_code
