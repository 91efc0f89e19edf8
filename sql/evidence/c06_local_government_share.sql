-- name: c06_local_government_share
-- grain: area, register, role, year
-- depends: core.action, core.action_actor, core.action_dataset, core.action_place
-- why: whether local governments take a larger part over the years. year is the action's own first year; those that
--   the register does not cover whole have no row. The share is of the actions of which the kind of the lead (of an
--   actor) is known, in years with thirty or more of them: of fewer, one action is more than three points.
--   A register of local governments has no share: it is near 100 by design. One is open to others where they alone
--   take part in a twentieth of its actions or more.
with actors as (
    select action_id, 'lead' as role, actor_kind from core.action_actor where role = 'lead'
    union all
    select action_id, 'lead or partner' as role, actor_kind from core.action_actor
),
known as (
    select action_id, role, bool_or(actor_kind = 'local government') as is_local
    from actors
    where actor_kind <> 'not classified'
    group by action_id, role
),
open_to_others as (
    select a.dataset_id
    from known as k
    join core.action as a on a.action_id = k.action_id
    where k.role = 'lead or partner'
    group by a.dataset_id
    having count(*) filter (not k.is_local) >= 0.05 * count(*)
)
select
    p.area_code,
    a.year,
    map {'dataset': p.dataset_id, 'role': k.role} as dimensions,
    100.0 * count(*) filter (k.is_local) / count(*) as value,
    len(list_distinct(flatten(list(p.country_codes)))) as n_areas,
    count(*) as n_total,
    if(k.role = 'lead', 'actions of the year whose lead is of a known kind',
        'actions of the year with an actor of a known kind') as denominator,
    'computed' as basis,
    array_to_string(list_sort(list_distinct(list(p.release))), '; ') as release
from known as k
join core.action as a on a.action_id = k.action_id
join open_to_others as o on o.dataset_id = a.dataset_id
join ($shared_action_places) as p on p.action_id = k.action_id
where a.year < p.year and p.local_government_id is null
group by p.area_code, p.dataset_id, k.role, a.year
having count(*) >= 30
