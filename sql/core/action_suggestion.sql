-- core.action_suggestion: what the texts of actions point to, also below the threshold.
-- grain: action, SDG element, method
-- depends: staging.action_suggestion, staging.action, core.action
-- why: a person reviews what the model is not sure of, so it must be there to be read. Only the
--      record that is in core.action speaks.
with first_row as (
    select release, snapshot_sha256, action_id, min(row_number) as row_number
    from staging.action
    group by release, snapshot_sha256, action_id
)
select
    f.action_id, s.goal_code, s.target_code, s.indicator_code, s.method, s.confidence, s.rank, s.evidence,
    s.is_accepted, s.model_version
from staging.action_suggestion as s
join first_row as f
    on f.release = s.release and f.snapshot_sha256 = s.snapshot_sha256 and f.row_number = s.row_number
join core.action as a
    on a.action_id = f.action_id and a.release = f.release and a.snapshot_sha256 = f.snapshot_sha256
order by f.action_id, s.method, s.rank, s.goal_code, s.target_code, s.indicator_code
