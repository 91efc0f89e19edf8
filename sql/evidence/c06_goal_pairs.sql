-- name: c06_goal_pairs
-- grain: area or local government, links, pair of goals
-- depends: core.action_goal, core.action_place
-- why: which goals are served together: an action of three goals is in three pairs. n_total is the
--   actions that serve two goals or more. A pair that no action serves has no row.
-- the year of the newest records at hand: an action's own year can be that of its deadline, or missing
with stamp as (
    select max(cast(regexp_extract(release, '(?:^|@)([0-9]{4})', 1) as integer)) as year
    from core.action_place
),
served as (
    select 'declared' as links, action_id, goal_code from core.action_goal where is_declared
    union all
    select 'all' as links, action_id, goal_code from core.action_goal
),
pairs as (
    select one.links, one.action_id, one.goal_code || '+' || other.goal_code as pair
    from served as one
    join served as other
        on other.action_id = one.action_id and other.links = one.links
        and cast(other.goal_code as integer) > cast(one.goal_code as integer)
),
totals as (
    select p.area_code, p.local_government_id, s.links, count(distinct s.action_id) as n_actions
    from pairs as s
    join core.action_place as p on p.action_id = s.action_id
    group by p.area_code, p.local_government_id, s.links
),
counted as (
    select
        p.area_code,
        p.local_government_id,
        s.links,
        s.pair,
        count(*) as value,
        count(distinct p.country_code) as n_areas,
        string_agg(distinct p.release, '; ' order by p.release) as release
    from pairs as s
    join core.action_place as p on p.action_id = s.action_id
    group by p.area_code, p.local_government_id, s.links, s.pair
),
final as (
    select
        c.area_code,
        stamp.year,
        map {'links': c.links, 'pair': c.pair} as dimensions,
        c.value,
        c.n_areas,
        t.n_actions as n_total,
        c.release,
        c.local_government_id
    from counted as c
    cross join stamp
    join totals as t
        on t.area_code = c.area_code and t.local_government_id is not distinct from c.local_government_id
        and t.links = c.links
)
select
    area_code, year, dimensions, value, n_areas, n_total, 'actions with two goals or more' as denominator,
    'computed' as basis, release, local_government_id
from final
