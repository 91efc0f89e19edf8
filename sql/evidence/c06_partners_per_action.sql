-- name: c06_partners_per_action
-- grain: area or local government, register, number of partners
-- depends: core.action, core.action_actor, core.action_dataset, core.action_place
-- why: how large coalitions are: actions by the number of partners that their records name beside the lead.
with sizes as (
    select a.action_id, count(p.actor) as n_partners
    from core.action as a
    left join core.action_actor as p on p.action_id = a.action_id and p.role = 'partner'
    group by a.action_id
),
-- a number of partners that no action has is a row with 0
labels as (
    select unnest(['none named', '1', '2 to 4', '5 to 9', '10 or more']) as size
),
placed as (
    select
        p.*,
        case
            when s.n_partners = 0 then 'none named'
            when s.n_partners = 1 then '1'
            when s.n_partners < 5 then '2 to 4'
            when s.n_partners < 10 then '5 to 9'
            else '10 or more'
        end as size
    from sizes as s
    join ($shared_action_places) as p on p.action_id = s.action_id
)
select
    p.area_code,
    any_value(p.year) as year,
    map {'dataset': p.dataset_id, 'partners': l.size} as dimensions,
    count(*) filter (p.size = l.size) as value,
    coalesce(len(list_distinct(flatten(list(p.country_codes) filter (p.size = l.size)))), 0) as n_areas,
    count(*) as n_total,
    'actions' as denominator,
    'computed' as basis,
    array_to_string(list_sort(list_distinct(list(p.release))), '; ') as release,
    p.local_government_id
from placed as p
cross join labels as l
group by p.dataset_id, p.area_code, p.local_government_id, l.size
