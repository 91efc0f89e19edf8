-- core.action_actor: who takes part in an action, its lead and its partners.
-- grain: action, actor
-- depends: core.action, core.action_partner
-- why: a lead that the record names among its partners again is one actor, and leads. One of which the record
--      states the kind alone takes part, too.
with leads as (
    select
        action_id, coalesce(lead, '(not named)') as actor, lead_kind as actor_kind, lead_kind_basis as kind_basis,
        'lead' as role
    from core.action
    where lead_kind is not null
),
final as (
    select action_id, actor, actor_kind, kind_basis, role from leads
    union all
    select p.action_id, p.partner as actor, p.partner_kind as actor_kind, p.kind_basis, 'partner' as role
    from core.action_partner as p
    anti join leads as l
        on l.action_id = p.action_id and lower(strip_accents(l.actor)) = lower(strip_accents(p.partner))
)
select action_id, actor, actor_kind, kind_basis, role
from final
order by action_id, role, actor
