-- rule: WH-021
-- severity: warning
-- why: a decision on an action that is not available has no effect: the record was withdrawn, or its id changed
select action_id, count(*) as n_decisions, min(decided_by) as decided_by
from core.link_decision
anti join core.action using (action_id)
group by action_id
