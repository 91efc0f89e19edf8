-- Goals that actions most often serve together, in each register: actions that declare both, and with all links.
-- name: goals_served_together
-- grain: register, pair of goals
-- depends: core.action, core.action_country, core.action_goal, core.goal
-- why: an action counts once a pair. n_declared counts what the records say themselves; n_all_links adds
--   what was cited in their texts, learned from their words or accepted by a person. Registers are not added up.
-- column dataset_id: Register that the actions are from (core.action_dataset).
-- column n_countries: Number of countries that the records of these actions state.
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
),
countries as (
    select a.dataset_id, p.first_goal, p.second_goal, count(distinct c.area_code) as n_countries
    from pairs as p
    join core.action as a on a.action_id = p.action_id
    join core.action_country as c on c.action_id = p.action_id
    group by a.dataset_id, p.first_goal, p.second_goal
),
counted as (
    select
        a.dataset_id, p.first_goal, p.second_goal,
        count(*) filter (p.is_declared) as n_declared,
        count(*) as n_all_links,
        count(distinct a.local_government_id) as n_local_governments
    from pairs as p
    join core.action as a on a.action_id = p.action_id
    group by a.dataset_id, p.first_goal, p.second_goal
)
select
    cast(p.first_goal as varchar) as first_goal,
    cast(p.second_goal as varchar) as second_goal,
    cast(f.title as varchar) as first_title,
    cast(s.title as varchar) as second_title,
    cast(p.n_declared as bigint) as n_declared,
    cast(p.n_all_links as bigint) as n_all_links,
    cast(p.n_local_governments as bigint) as n_local_governments,
    cast(coalesce(c.n_countries, 0) as bigint) as n_countries,
    cast(p.dataset_id as varchar) as dataset_id
from counted as p
join core.goal as f on f.goal_code = p.first_goal
join core.goal as s on s.goal_code = p.second_goal
left join countries as c
    on c.dataset_id = p.dataset_id and c.first_goal = p.first_goal and c.second_goal = p.second_goal
order by
    p.n_declared desc, p.n_all_links desc, cast(p.first_goal as integer), cast(p.second_goal as integer), p.dataset_id
