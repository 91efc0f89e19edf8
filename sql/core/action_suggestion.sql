-- core.action_suggestion: what the texts of actions point to, also below the threshold.
-- grain: action, SDG element, method
-- depends: staging.action_suggestion, staging.action, core.action
-- why: a person reviews what the model is not sure of, so it must be there to be read. Only the
--      record that stands in core.action speaks.
with first_row as (
    select release, snapshot_sha256, action_id, min(row_number) as row_number
    from staging.action
    group by release, snapshot_sha256, action_id
)
select
    cast(f.action_id as varchar) as action_id,
    cast(s.goal_code as varchar) as goal_code,
    cast(s.target_code as varchar) as target_code,
    cast(s.indicator_code as varchar) as indicator_code,
    cast(s.method as varchar) as method,
    cast(s.confidence as double) as confidence,
    cast(s.rank as integer) as rank,
    cast(s.evidence as varchar) as evidence,
    cast(s.is_accepted as boolean) as is_accepted,
    cast(s.model_version as varchar) as model_version
from staging.action_suggestion as s
join first_row as f
    on f.release = s.release and f.snapshot_sha256 = s.snapshot_sha256 and f.row_number = s.row_number
join core.action as a
    on a.action_id = f.action_id and a.release = f.release and a.snapshot_sha256 = f.snapshot_sha256
order by f.action_id, s.method, s.rank, s.goal_code, s.target_code, s.indicator_code
