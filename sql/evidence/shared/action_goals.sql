-- shared action_goals: the goals of actions at each place where they count, by declared links and by all
-- grain: links, action, goal, place
-- depends: core.action_dataset, core.action_goal, core.action_place
-- why: the year is that which the register is as of: an action's own can be that of its deadline, or missing
select
    g.links, g.action_id, g.goal_code, p.dataset_id, p.area_code, p.local_government_id, p.country_codes, p.release,
    year(d.as_of) as year
from (
    select 'all' as links, action_id, goal_code from core.action_goal
    union all
    select 'declared' as links, action_id, goal_code from core.action_goal where is_declared
) as g
join core.action_place as p on p.action_id = g.action_id
join core.action_dataset as d on d.dataset_id = p.dataset_id
