-- Goals that local actions most often serve together: actions that declare both, and with all links.
-- name: goals_served_together
-- grain: pair of goals
-- depends: core.action, core.action_goal, core.goal, core.local_government
-- why: an action counts once a pair. n_declared counts what the records say themselves; n_all_links adds
--   what was cited in their texts, learned from their words or accepted by a person.
with pairs as (
    select
        one.goal_code as first_goal,
        other.goal_code as second_goal,
        one.action_id,
        one.is_declared and other.is_declared as is_declared
    from core.action_goal as one
    join core.action_goal as other
        on other.action_id = one.action_id
        and cast(other.goal_code as integer) > cast(one.goal_code as integer)
)
select
    cast(p.first_goal as varchar) as first_goal,
    cast(p.second_goal as varchar) as second_goal,
    cast(any_value(f.title) as varchar) as first_title,
    cast(any_value(s.title) as varchar) as second_title,
    cast(count(*) filter (p.is_declared) as bigint) as n_declared,
    cast(count(*) as bigint) as n_all_links,
    cast(count(distinct a.local_government_id) as bigint) as n_local_governments,
    cast(count(distinct g.area_code) as bigint) as n_countries
from pairs as p
join core.action as a on a.action_id = p.action_id
join core.local_government as g on g.local_government_id = a.local_government_id
join core.goal as f on f.goal_code = p.first_goal
join core.goal as s on s.goal_code = p.second_goal
group by p.first_goal, p.second_goal
order by n_all_links desc, n_declared desc, cast(p.first_goal as integer), cast(p.second_goal as integer)
