-- name: c06_actions_by_target
-- grain: area or local government, register, links, target
-- depends: core.action_dataset, core.action_link, core.action_place
-- why: which targets actions serve. An action counts once a target. Most records name goals alone, so that n_total
--   is the actions with a target. A target that no action serves has no row.
with links as (
    select 'all' as links, action_id, target_code
    from core.action_link
    where target_code is not null
    group by action_id, target_code
    union all
    select 'declared' as links, action_id, target_code
    from core.action_link
    where target_code is not null and method = 'declared'
    group by action_id, target_code
),
served as (
    select l.links, l.action_id, l.target_code, p.* exclude (action_id)
    from links as l
    join ($shared_action_places) as p on p.action_id = l.action_id
),
totals as (
    select dataset_id, area_code, local_government_id, links, count(distinct action_id) as n_actions
    from served
    group by dataset_id, area_code, local_government_id, links
)
select
    s.area_code,
    any_value(s.year) as year,
    map {'dataset': s.dataset_id, 'links': s.links, 'target': s.target_code} as dimensions,
    count(*) as value,
    len(list_distinct(flatten(list(s.country_codes)))) as n_areas,
    any_value(t.n_actions) as n_total,
    'actions with a target' as denominator,
    'computed' as basis,
    array_to_string(list_sort(list_distinct(list(s.release))), '; ') as release,
    s.local_government_id
from served as s
join totals as t
    on t.dataset_id = s.dataset_id and t.area_code = s.area_code
    and t.local_government_id is not distinct from s.local_government_id and t.links = s.links
group by s.dataset_id, s.area_code, s.local_government_id, s.links, s.target_code
