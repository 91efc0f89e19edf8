-- connector_local_action: the actions of a local government that registers list.
-- grain: one row an action
-- depends: core.action, core.action_dataset
-- why: with the register, since some hold what the bodies state of themselves.
select
    a.title, a.kind, a.year, a.end_year, a.lead, a.declared_sdgs, d.title as register, d.is_self_selected, a.url,
    a.dataset_id as dataset, a.release
from core.action as a
left join core.action_dataset as d on d.dataset_id = a.dataset_id
where a.local_government_id = $government
order by a.dataset_id = 'local_targets', a.year desc nulls last, a.action_id
