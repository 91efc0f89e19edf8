-- core.action_partner: the partners that action records name, with their kind.
-- grain: action, partner
-- depends: core.action, staging.action_partner
-- why: kinds are read once, where the records are staged. Only the record that is in core.action speaks.
with first_row as (
    select release, snapshot_sha256, action_id, min(row_number) as row_number
    from staging.action_partner
    group by release, snapshot_sha256, action_id
)
select p.action_id, p.partner, p.partner_kind, p.kind_basis
from staging.action_partner as p
join first_row as f
    on f.release = p.release and f.snapshot_sha256 = p.snapshot_sha256 and f.row_number = p.row_number
join core.action as a
    on a.action_id = p.action_id and a.release = p.release and a.snapshot_sha256 = p.snapshot_sha256
order by p.action_id, p.partner
