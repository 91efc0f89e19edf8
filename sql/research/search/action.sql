-- action: the actions of all registers as they are found by `localsdg search`.
-- grain: one row an action
-- depends: core.action, core.action_dataset
-- why: found by its title, by who leads it and by its description, which counts least.
select
    a.action_id as id,
    coalesce(a.title, a.action_id) as title,
    coalesce(a.language, '') as language,
    concat_ws(' · ', a.lead, left(a.description, 300)) as details,
    cast([] as varchar[]) as breakdowns,
    coalesce(d.title, a.dataset_id) as publisher,
    a.release,
    cast(null as bigint) as n_areas,
    1 as n_records,
    a.year as first_year,
    coalesce(a.end_year, a.year) as last_year,
    cast([] as varchar[]) as related,
    a.dataset_id <> 'local_targets' as has_data
from core.action as a
left join core.action_dataset as d on d.dataset_id = a.dataset_id
order by a.action_id
