-- rule: LDEC-003
-- severity: warning
-- why: Two sheets decide one link in two ways at the same moment, and the refusal counts. Give one of them a later
--   decided_at.
-- fix: Give one of the two rows a later decided_at and read the sheet again.
select
    action_id,
    coalesce(indicator_code, target_code, goal_code) as code,
    decided_at,
    min(decided_by) as decided_by_first,
    max(decided_by) as decided_by_last
from staging.link_decision
group by action_id, goal_code, target_code, indicator_code, decided_at
having count(distinct decision) > 1
order by all
