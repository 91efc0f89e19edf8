-- core.action_link: which goal, target or indicator an action serves, and how that is known.
-- grain: action, SDG element, method
-- depends: core.action, staging.action, staging.action_declared, staging.opensdg_target
-- why: links that a record declares in a field of its own are sure. Only the record that
--      stands in core.action speaks, so that a withdrawn declaration is gone.
with handed_in as (
    select d.action_id, d.goal_code, d.target_code, d.indicator_code, d.rank, d.evidence
    from staging.action_declared as d
    join staging.action as s
        on s.release = d.release and s.snapshot_sha256 = d.snapshot_sha256 and s.row_number = d.row_number
    join core.action as a
        on a.action_id = s.action_id and a.release = s.release and a.snapshot_sha256 = s.snapshot_sha256
),
final as (
    select action_id, goal_code, target_code, indicator_code, rank, evidence from handed_in
    union all
    select
        concat_ws(':', local_government_id, site_id, local_indicator_id, target_kind, sequence) as action_id,
        goal_code, target_code, indicator_code, 1 as rank,
        'declared beside local indicator ' || local_indicator_id as evidence
    from staging.opensdg_target
    where goal_code is not null and target_kind <> 'progress'
)
select
    cast(d.action_id as varchar) as action_id,
    cast(d.goal_code as varchar) as goal_code,
    cast(d.target_code as varchar) as target_code,
    cast(d.indicator_code as varchar) as indicator_code,
    cast('declared' as varchar) as method,
    cast(1 as double) as confidence,
    cast(d.rank as integer) as rank,
    cast(d.evidence as varchar) as evidence,
    cast(null as varchar) as model_version
from final as d
order by d.action_id, d.rank, d.goal_code, d.target_code, d.indicator_code
