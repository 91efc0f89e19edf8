-- core.local_target: targets, commitments and verdicts that governments write beside their indicators.
-- grain: site, local indicator, kind, number
-- depends: staging.local_target
-- why: facts, no prose: a target in words is here as the fact that it is there, with the year it names
select
    local_government_id, site_id, local_indicator_id, target_kind, sequence, year, value, value_raw, unit, label,
    label_subject, direction, indicator_code, target_code, goal_code, release, snapshot_sha256, dataset_id
from staging.local_target
order by site_id, local_indicator_id, target_kind, sequence
