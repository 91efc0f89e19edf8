-- name: c06_goals_per_action
-- grain: area or local government, links, number of goals
-- depends: core.action_goal, core.action_place
-- why: whether an action pursues several goals at once: actions by the number of goals that they serve, by
--   what the records declare and by all links. Actions without a link are in c06_actions.
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
sizes as (
    select links, action_id, if(count(*) < 3, cast(count(*) as varchar), '3 or more') as size
    from served
    group by links, action_id
),
-- a number of goals that no action serves is a row with 0
labels as (
    select unnest(['1', '2', '3 or more']) as size
),
counted as (
    select
        p.area_code,
        p.local_government_id,
        s.links,
        l.size,
        count(*) filter (s.size = l.size) as value,
        count(*) as n_actions,
        count(distinct p.country_code) filter (s.size = l.size) as n_areas,
        string_agg(distinct p.release, '; ' order by p.release) as release
    from sizes as s
    join core.action_place as p on p.action_id = s.action_id
    cross join labels as l
    group by p.area_code, p.local_government_id, s.links, l.size
),
final as (
    select
        c.area_code,
        stamp.year,
        map {'links': c.links, 'goals': c.size} as dimensions,
        c.value,
        c.n_areas,
        c.n_actions as n_total,
        c.release,
        c.local_government_id
    from counted as c
    cross join stamp
)
select
    area_code, year, dimensions, value, n_areas, n_total, 'actions with a goal' as denominator,
    'computed' as basis, release, local_government_id
from final
