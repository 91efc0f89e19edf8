-- core.action_partner: the partners that action records name, with their kind.
-- grain: action, partner
-- depends: core.action, staging.action_partner
-- why: kinds are read once, where the records are staged. Only the record that is in core.action
--      speaks; a file holds an action once.
select p.action_id, p.partner, p.partner_kind, p.kind_basis
from staging.action_partner as p
join core.action as a
    on a.action_id = p.action_id and a.release = p.release and a.snapshot_sha256 = p.snapshot_sha256
order by p.action_id, p.partner
