-- name: c06_actions_by_partner
-- grain: area or local government, links or none, kind of partner
-- depends: core.action, core.action_goal, core.action_partner, core.action_place
-- why: with whom local governments act. An action counts once under each kind of its partners, so that the
--   kinds do not sum; names that no phrase classifies are 'not classified', records without partners
--   'none stated'. Of all actions at hand, of those with a declared link, and of those with any link.
-- the year of the newest records at hand: an action's own year can be that of its deadline, or missing
with stamp as (
    select max(cast(regexp_extract(release, '(?:^|@)([0-9]{4})', 1) as integer)) as year
    from core.action_place
),
-- null is all actions at hand, linked or not
scopes as (
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
),
counted as (
    select
        p.area_code,
        p.local_government_id,
        s.links,
        k.partner_kind,
        count(*) as value,
        count(distinct p.country_code) as n_areas,
        string_agg(distinct p.release, '; ' order by p.release) as release
    from scopes as s
    join kinds as k on k.action_id = s.action_id
    join core.action_place as p on p.action_id = s.action_id
    group by p.area_code, p.local_government_id, s.links, k.partner_kind
),
final as (
    select
        c.area_code,
        stamp.year,
        map {'links': c.links, 'partner': c.partner_kind} as dimensions,
        c.value,
        c.n_areas,
        t.n_actions as n_total,
        if(c.links is null, 'actions', 'actions with a goal') as denominator,
        c.release,
        c.local_government_id
    from counted as c
    cross join stamp
    join totals as t
        on t.area_code = c.area_code and t.local_government_id is not distinct from c.local_government_id
        and t.links is not distinct from c.links
)
select
    area_code, year, dimensions, value, n_areas, n_total, denominator, 'computed' as basis, release,
    local_government_id
from final
