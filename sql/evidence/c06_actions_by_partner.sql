-- name: c06_actions_by_partner
-- grain: area or local government, register, links or none, kind of partner, network of cities or none
-- depends: core.action, core.action_dataset, core.action_goal, core.action_partner, core.action_place
-- why: with whom the leads act. An action counts once under each kind of its partners, so that the kinds do not
--   sum; names that nothing classifies are 'not classified', records without partners 'none stated'. Of all
--   actions, of those with a declared link, and of those with any link. Networks of cities are also counted one by
--   one, as the records name them.
-- null is all actions, linked or not
with scopes as (
    select null as links, action_id from core.action
    union all
    select 'all' as links, action_id from core.action_goal group by action_id
    union all
    select 'declared' as links, action_id from core.action_goal where is_declared group by action_id
),
kinds as (
    select action_id, partner_kind, null as network from core.action_partner group by action_id, partner_kind
    union all
    select action_id, 'none stated' as partner_kind, null as network
    from core.action anti join core.action_partner using (action_id)
    union all
    select action_id, partner_kind, partner as network from core.action_partner where partner_kind = 'network of cities'
),
places as (
    select * from ($shared_action_places)
),
totals as (
    select p.dataset_id, p.area_code, p.local_government_id, s.links, count(*) as n_actions
    from scopes as s
    join places as p on p.action_id = s.action_id
    group by p.dataset_id, p.area_code, p.local_government_id, s.links
)
select
    p.area_code,
    any_value(p.year) as year,
    map {'dataset': p.dataset_id, 'links': s.links, 'partner': k.partner_kind, 'network': k.network} as dimensions,
    count(*) as value,
    len(list_distinct(flatten(list(p.country_codes)))) as n_areas,
    any_value(t.n_actions) as n_total,
    if(s.links is null, 'actions', 'actions with a goal') as denominator,
    'computed' as basis,
    array_to_string(list_sort(list_distinct(list(p.release))), '; ') as release,
    p.local_government_id
from scopes as s
join kinds as k on k.action_id = s.action_id and (k.network is null or s.links is null)
join places as p on p.action_id = s.action_id
join totals as t
    on t.dataset_id = p.dataset_id and t.area_code = p.area_code
    and t.local_government_id is not distinct from p.local_government_id and t.links is not distinct from s.links
group by p.dataset_id, p.area_code, p.local_government_id, s.links, k.partner_kind, k.network
