-- name: c06_goal_pairs
-- grain: area or local government, register, links, pair of goals
-- depends: core.action_dataset, core.action_goal, core.action_place
-- why: which goals are served together: an action of three goals is in three pairs. n_total is the
--   actions that serve two goals or more. A pair that no action serves has no row.
with goals as (
    select 'all' as links, action_id, goal_code from core.action_goal
    union all
    select 'declared' as links, action_id, goal_code from core.action_goal where is_declared
),
pairs as (
    select one.links, one.action_id, one.goal_code || '+' || other.goal_code as pair
    from goals as one
    join goals as other
        on other.action_id = one.action_id and other.links = one.links
        and cast(other.goal_code as integer) > cast(one.goal_code as integer)
),
placed as (
    select c.links, c.pair, p.*
    from pairs as c
    join ($shared_action_places) as p on p.action_id = c.action_id
),
totals as (
    select dataset_id, area_code, local_government_id, links, count(distinct action_id) as n_actions
    from placed
    group by dataset_id, area_code, local_government_id, links
)
select
    p.area_code,
    any_value(p.year) as year,
    map {'dataset': p.dataset_id, 'links': p.links, 'pair': p.pair} as dimensions,
    count(*) as value,
    len(list_distinct(flatten(list(p.country_codes)))) as n_areas,
    any_value(t.n_actions) as n_total,
    'actions with two goals or more' as denominator,
    'computed' as basis,
    array_to_string(list_sort(list_distinct(list(p.release))), '; ') as release,
    p.local_government_id
from placed as p
join totals as t
    on t.dataset_id = p.dataset_id and t.area_code = p.area_code
    and t.local_government_id is not distinct from p.local_government_id and t.links = p.links
group by p.dataset_id, p.area_code, p.local_government_id, p.links, p.pair
