-- name: c06_goals_per_action
-- grain: area or local government, links, number of goals
-- depends: core.action_goal, core.action_place
-- why: whether an action pursues several goals at once: actions by the number of goals that they serve, by
--   what the records declare and by all links. Actions without a link are in c06_actions.
with sizes as (
    select
        area_code, local_government_id, links, action_id, year, country_code, release,
        if(count(*) < 3, cast(count(*) as varchar), '3 or more') as size
    from ($shared_action_goals)
    group by area_code, local_government_id, links, action_id, year, country_code, release
),
-- a number of goals that no action serves is a row with 0
labels as (
    select unnest(['1', '2', '3 or more']) as size
)
select
    s.area_code,
    s.year,
    map {'links': s.links, 'goals': l.size} as dimensions,
    count(*) filter (s.size = l.size) as value,
    count(distinct s.country_code) filter (s.size = l.size) as n_areas,
    count(*) as n_total,
    'actions with a goal' as denominator,
    'computed' as basis,
    string_agg(distinct s.release, '; ' order by s.release) as release,
    s.local_government_id
from sizes as s
cross join labels as l
group by s.area_code, s.year, s.local_government_id, s.links, l.size
