-- core.local_indicator_decision: manual reviews of links of local indicators, the latest decision of each.
-- grain: local indicator, SDG element
-- depends: staging.local_indicator_decision
-- why: people change their minds, and one corrects another. At the same moment the refusal counts: a link
--      that is left out harms less than a wrong one.
with latest as (
    select *
    from staging.local_indicator_decision
    qualify row_number() over (
        partition by site_id, local_indicator_id, goal_code, target_code, indicator_code
        order by decided_at desc, decision desc, release desc, snapshot_sha256 desc, row_number desc
    ) = 1
)
select
    site_id, local_indicator_id, goal_code, target_code, indicator_code, decision, decided_by, decided_at,
    model_version, note, release, snapshot_sha256
from latest
order by site_id, local_indicator_id, goal_code, target_code, indicator_code
