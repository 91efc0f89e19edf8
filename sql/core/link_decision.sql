-- core.link_decision: what people decided on a link, the latest decision of each.
-- grain: action, SDG element
-- depends: staging.link_decision
-- why: people change their minds, and one corrects another. At the same moment the refusal stands: a link
--      that is left out harms less than a wrong one.
with latest as (
    select *
    from staging.link_decision
    qualify row_number() over (
        partition by action_id, goal_code, target_code, indicator_code
        order by decided_at desc, decision desc, release desc, snapshot_sha256 desc, row_number desc
    ) = 1
)
select
    cast(action_id as varchar) as action_id,
    cast(goal_code as varchar) as goal_code,
    cast(target_code as varchar) as target_code,
    cast(indicator_code as varchar) as indicator_code,
    cast(decision as varchar) as decision,
    cast(decided_by as varchar) as decided_by,
    cast(decided_at as timestamp) as decided_at,
    cast(model_version as varchar) as model_version,
    cast(note as varchar) as note,
    cast(release as varchar) as release,
    cast(snapshot_sha256 as varchar) as snapshot_sha256
from latest
order by action_id, goal_code, target_code, indicator_code
