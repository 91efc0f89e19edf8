-- goal: the Goals as they are found by `localsdg search`.
-- grain: one row a Goal
-- depends: core.goal, core.target
-- why: a Goal is found by its number and its name in each language, and leads to its targets.
select
    g.goal_code as id,
    g.title,
    'en' as language,
    '' as details,
    cast([] as varchar[]) as breakdowns,
    'UN list of Goals' as publisher,
    g.list_release as release,
    cast(null as bigint) as n_areas,
    count(t.target_code) as n_records,
    cast(null as integer) as first_year,
    cast(null as integer) as last_year,
    cast([] as varchar[]) as related,
    true as has_data
from core.goal as g
left join core.target as t on t.goal_code = g.goal_code
group by all
order by g.goal_code
