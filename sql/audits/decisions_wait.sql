-- rule: WH-021
-- severity: warning
-- why: a decision on an action or local indicator that is not available has no effect: the record was withdrawn,
--   or its id changed
-- fix: Nothing to do where the record was withdrawn; otherwise decide again under its new id.
select d.action_id as record, count(*) as n_decisions, min(d.decided_by) as decided_by
from core.link_decision as d
anti join core.action as a on a.action_id = d.action_id
group by d.action_id
union all
select
    d.site_id || ':' || d.local_indicator_id as record, count(*) as n_decisions, min(d.decided_by) as decided_by
from core.local_indicator_decision as d
anti join core.local_indicator as i on i.site_id = d.site_id and i.local_indicator_id = d.local_indicator_id
group by d.site_id, d.local_indicator_id
