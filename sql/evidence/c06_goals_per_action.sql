-- name: c06_goals_per_action
-- grain: area or local government, register, links, number of goals
-- depends: core.action_dataset, core.action_goal, core.action_place
-- why: whether an action pursues several goals at once: actions by the number of goals that they serve, by
--   what the records declare and by all links. Actions without a link are in c06_actions.
with sizes as (
    select
        dataset_id, area_code, local_government_id, links, action_id,
        any_value(year) as year, any_value(country_codes) as country_codes, any_value(release) as release,
        if(count(*) < 3, cast(count(*) as varchar), '3 or more') as size
    from ($shared_action_goals)
    group by dataset_id, area_code, local_government_id, links, action_id
),
-- a number of goals that no action serves is a row with 0
labels as (
    select unnest(['1', '2', '3 or more']) as size
)
select
    s.area_code,
    any_value(s.year) as year,
    map {'dataset': s.dataset_id, 'links': s.links, 'goals': l.size} as dimensions,
    count(*) filter (s.size = l.size) as value,
    coalesce(len(list_distinct(flatten(list(s.country_codes) filter (s.size = l.size)))), 0) as n_areas,
    count(*) as n_total,
    'actions with a goal' as denominator,
    'computed' as basis,
    array_to_string(list_sort(list_distinct(list(s.release))), '; ') as release,
    s.local_government_id
from sizes as s
cross join labels as l
group by s.dataset_id, s.area_code, s.local_government_id, s.links, l.size
