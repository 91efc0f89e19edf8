-- rule: IDEC-005
-- severity: warning
-- why: People disagree on a link of a local indicator. The latest decision counts, and they may want to talk.
-- fix: Let both people look at the link; the latest decision counts.
select
    site_id || ':' || local_indicator_id as local_indicator,
    coalesce(indicator_code, target_code, goal_code) as code,
    arg_max(decision, decided_at) as decision,
    arg_max(decided_by, decided_at) as decided_by,
    count(distinct decided_by) as n_people
from staging.local_indicator_decision
group by site_id, local_indicator_id, goal_code, target_code, indicator_code
having count(distinct decision) > 1 and count(distinct decided_by) > 1
order by all
