-- core.action_goal: the goals that an action serves, each once, whatever the number of links that say so.
-- grain: action, goal
-- depends: core.action_link
-- why: an action with links to three targets of a goal serves that goal once. Counts rest on these rows,
--      so that nobody counts links.
select
    action_id, goal_code, bool_or(method = 'declared') as is_declared, max(confidence) as confidence
from core.action_link
group by action_id, goal_code
order by action_id, goal_code
