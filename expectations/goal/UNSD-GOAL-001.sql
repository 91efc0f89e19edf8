-- rule: UNSD-GOAL-001
-- severity: warning
-- why: The 2030 Agenda has 17 goals: another number means a list cut off or read twice.
-- fix: Pull the list of goals again.
select
    dataset_id,
    release,
    count(distinct goal_code) as n_goals
from staging.goal
group by dataset_id, release
having count(distinct goal_code) <> 17
order by dataset_id, release
