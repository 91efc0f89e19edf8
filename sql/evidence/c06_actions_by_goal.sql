-- name: c06_actions_by_goal
-- grain: area or local government, links, goal
-- depends: core.action_goal, core.action_place, core.goal
-- why: which goals local actions serve: by what the records declare, and by all links. An action counts once
--   a goal, and under each goal that it serves. A goal that no action serves is a row with 0.
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
places as (
    select
        p.area_code,
        p.local_government_id,
        s.links,
        count(distinct s.action_id) as n_actions,
        string_agg(distinct p.release, '; ' order by p.release) as release
    from served as s
    join core.action_place as p on p.action_id = s.action_id
    group by p.area_code, p.local_government_id, s.links
),
counted as (
    select
        p.area_code,
        p.local_government_id,
        s.links,
        s.goal_code,
        count(*) as n_actions,
        count(distinct p.country_code) as n_areas
    from served as s
    join core.action_place as p on p.action_id = s.action_id
    group by p.area_code, p.local_government_id, s.links, s.goal_code
),
final as (
    select
        p.area_code,
        stamp.year,
        map {'links': p.links, 'goal': g.goal_code} as dimensions,
        coalesce(c.n_actions, 0) as value,
        coalesce(c.n_areas, 0) as n_areas,
        p.n_actions as n_total,
        p.release,
        p.local_government_id
    from places as p
    cross join stamp
    cross join core.goal as g
    left join counted as c
        on c.area_code = p.area_code and c.local_government_id is not distinct from p.local_government_id
        and c.links = p.links and c.goal_code = g.goal_code
)
select
    area_code, year, dimensions, value, n_areas, n_total, 'actions with a goal' as denominator,
    'computed' as basis, release, local_government_id
from final
