-- diff/publications/actions: records that came, went or have another content.
-- grain: action
-- depends: core.action, wanted_government
-- why: an action is known by its id; a register that is read anew may give one another title or partner.
select
    coalesce(n.dataset_id, o.dataset_id) as dataset_id,
    coalesce(n.action_id, o.action_id) as action_id,
    coalesce(n.title, o.title) as title,
    coalesce(n.local_government_id, o.local_government_id) as local_government_id,
    coalesce(n.year, o.year) as year,
    case when o.action_id is null then 'added' when n.action_id is null then 'removed' else 'changed' end as change
from old.core.action as o
full join new.core.action as n on n.action_id = o.action_id
where n.row_hash is distinct from o.row_hash
    and (
        len($areas) = 0
        or coalesce(n.local_government_id, o.local_government_id)
        in (select w.local_government_id from wanted_government as w)
    )
order by dataset_id, action_id
