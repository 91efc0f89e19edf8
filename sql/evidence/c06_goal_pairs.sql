-- name: c06_goal_pairs
-- grain: area or local government, links, pair of goals
-- depends: core.action_goal, core.action_place
-- why: which goals are served together: an action of three goals is in three pairs. n_total is the
--   actions that serve two goals or more. A pair that no action serves has no row.
with served as (
    select * from ($shared_action_goals)
),
pairs as (
    select one.*, one.goal_code || '+' || other.goal_code as pair
    from served as one
    join served as other
        on other.action_id = one.action_id and other.links = one.links
        and other.area_code = one.area_code
        and other.local_government_id is not distinct from one.local_government_id
        and cast(other.goal_code as integer) > cast(one.goal_code as integer)
),
totals as (
    select area_code, local_government_id, links, count(distinct action_id) as n_actions
    from pairs
    group by area_code, local_government_id, links
)
select
    p.area_code,
    p.year,
    map {'links': p.links, 'pair': p.pair} as dimensions,
    count(*) as value,
    count(distinct p.country_code) as n_areas,
    any_value(t.n_actions) as n_total,
    'actions with two goals or more' as denominator,
    'computed' as basis,
    string_agg(distinct p.release, '; ' order by p.release) as release,
    p.local_government_id
from pairs as p
join totals as t
    on t.area_code = p.area_code and t.local_government_id is not distinct from p.local_government_id
    and t.links = p.links
group by p.area_code, p.year, p.local_government_id, p.links, p.pair
