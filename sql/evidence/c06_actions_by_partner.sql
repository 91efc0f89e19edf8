-- name: c06_actions_by_partner
-- grain: area or local government, links or none, kind of partner
-- depends: core.action, core.action_goal, core.action_partner, core.action_place
-- why: with whom local governments act. An action counts once under each kind of its partners, so that the
--   kinds do not sum; names that no phrase classifies are 'not classified', records without partners
--   'none stated'. Of all actions available, of those with a declared link, and of those with any link.
-- null is all actions, linked or not
with scopes as (
    select null as links, action_id from core.action
    union all
    select 'all' as links, action_id from core.action_goal group by action_id
    union all
    select 'declared' as links, action_id from core.action_goal where is_declared group by action_id
),
kinds as (
    select action_id, partner_kind from core.action_partner group by action_id, partner_kind
    union all
    select action_id, 'none stated' as partner_kind from core.action anti join core.action_partner using (action_id)
),
totals as (
    select p.area_code, p.local_government_id, s.links, count(*) as n_actions
    from scopes as s
    join core.action_place as p on p.action_id = s.action_id
    group by p.area_code, p.local_government_id, s.links
)
select
    p.area_code,
    p.year,
    map {'links': s.links, 'partner': k.partner_kind} as dimensions,
    count(*) as value,
    count(distinct p.country_code) as n_areas,
    any_value(t.n_actions) as n_total,
    if(s.links is null, 'actions', 'actions with a goal') as denominator,
    'computed' as basis,
    string_agg(distinct p.release, '; ' order by p.release) as release,
    p.local_government_id
from scopes as s
join kinds as k on k.action_id = s.action_id
join ($shared_action_places) as p on p.action_id = s.action_id
join totals as t
    on t.area_code = p.area_code and t.local_government_id is not distinct from p.local_government_id
    and t.links is not distinct from s.links
group by p.area_code, p.year, p.local_government_id, s.links, k.partner_kind
