-- rule: LDEC-005
-- severity: warning
-- why: People disagree on a link. The latest decision counts, and they may want to talk.
-- fix: Let both people look at the link; the latest decision counts.
select
    action_id,
    coalesce(indicator_code, target_code, goal_code) as code,
    arg_max(decision, decided_at) as decision,
    arg_max(decided_by, decided_at) as decided_by,
    count(distinct decided_by) as n_people
from staging.link_decision
group by action_id, goal_code, target_code, indicator_code
having count(distinct decision) > 1 and count(distinct decided_by) > 1
order by all
