-- Which of the numeric targets that local governments have set themselves are on course, nearest to the target first.
-- name: local_targets_on_course
-- grain: local target
-- depends: core.local_government, evidence.local_progress
-- why: judged by the method that judges the UN's series; targets that cannot be assessed come last, with the reason.
-- column title: Title of the local indicator as the site gives it.
-- column status: Whether the government's own trend leads to its own target, as in evidence.local_progress.
-- column reason: Why the target is met, was left again, or cannot be assessed.
select
    cast(g.name as varchar) as local_government,
    cast(p.local_indicator_id as varchar) as local_indicator_id,
    cast(p.title as varchar) as title,
    cast(p.label as varchar) as label,
    cast(p.goal_code as varchar) as goal_code,
    cast(p.unit as varchar) as unit,
    cast(p.baseline_year as integer) as baseline_year,
    cast(p.baseline_value as double) as baseline_value,
    cast(p.latest_year as integer) as latest_year,
    cast(p.latest_value as double) as latest_value,
    cast(p.target_year as integer) as target_year,
    cast(p.target_value as double) as target_value,
    cast(p.projected_value as double) as projected_value,
    cast(p.way_covered as double) as way_covered,
    cast(p.status as varchar) as status,
    cast(p.reason as varchar) as reason,
    cast(p.site_verdict as varchar) as site_verdict
from evidence.local_progress as p
inner join core.local_government as g on g.local_government_id = p.local_government_id
order by
    p.status in ('not assessed', 'insufficient data'),
    p.status = 'on track or target met' desc,
    p.way_covered desc nulls first,
    p.site_id,
    p.local_indicator_id,
    p.sequence
