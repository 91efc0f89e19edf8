-- core.local_target: targets, commitments and verdicts that governments write beside their indicators.
-- grain: site, local indicator, kind, number
-- depends: staging.local_target, core.unit
-- why: facts, no prose: a target in words is here as the fact that it is there, with the year it names
select
    t.local_government_id, t.site_id, t.local_indicator_id, t.target_kind, t.sequence, t.year, t.value, t.value_raw,
    t.unit, u.unit_code, t.label, t.label_subject, t.direction, t.indicator_code, t.target_code, t.goal_code,
    t.release, t.snapshot_sha256, t.dataset_id
from staging.local_target as t
left join core.unit as u on u.unit = t.unit
order by t.site_id, t.local_indicator_id, t.target_kind, t.sequence
