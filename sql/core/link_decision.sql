-- core.link_decision: manual reviews of a link, the latest decision of each.
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
    action_id, goal_code, target_code, indicator_code, decision, decided_by, decided_at, model_version, note,
    release, snapshot_sha256
from latest
order by action_id, goal_code, target_code, indicator_code
