-- connector_local_target: the targets that a local government set itself, and whether they are on course.
-- grain: one row a target
-- depends: evidence.local_progress
-- why: a target without a verdict has the reason.
select
    p.title, p.label, p.unit, p.baseline_year, p.baseline_value, p.latest_year, p.latest_value, p.target_year,
    p.target_value, p.status, p.reason, p.release
from evidence.local_progress as p
where p.local_government_id = $government
order by p.goal_code, p.local_indicator_id, p.sequence
