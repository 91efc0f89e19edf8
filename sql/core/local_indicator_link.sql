-- core.local_indicator_link: what a local indicator belongs to, as its site declares or as people accepted.
-- grain: local indicator, SDG element, method
-- depends: core.local_indicator, core.local_indicator_decision, core.local_indicator_suggestion
-- why: what a site declares is kept as it is; what a person accepted is a link beside it, with who and when,
--      unless what it belongs to was refused later. A suggestion alone is no link.
with declared as (
    select
        local_government_id, site_id, local_indicator_id, goal_code, target_code, indicator_code, match,
        match_reason as evidence
    from core.local_indicator
    where goal_code is not null
),
accepted as (
    select d.*
    from core.local_indicator_decision as d
    anti join core.local_indicator_decision as r
        on r.site_id = d.site_id and r.local_indicator_id = d.local_indicator_id and r.goal_code = d.goal_code
        and r.decision = 'refused'
        and (r.target_code is null or r.target_code = d.target_code)
        and (r.indicator_code is null or r.indicator_code = d.indicator_code)
        and r.decided_at >= d.decided_at
    where d.decision = 'accepted'
),
suggested as (
    select site_id, local_indicator_id, goal_code, target_code, indicator_code, min(evidence) as evidence
    from core.local_indicator_suggestion
    group by site_id, local_indicator_id, goal_code, target_code, indicator_code
),
reviewed as (
    select
        i.local_government_id, a.site_id, a.local_indicator_id, a.goal_code, a.target_code, a.indicator_code,
        s.evidence, a.model_version, a.decision, a.decided_by, a.decided_at
    from accepted as a
    join core.local_indicator as i on i.site_id = a.site_id and i.local_indicator_id = a.local_indicator_id
    left join suggested as s
        on s.site_id = a.site_id and s.local_indicator_id = a.local_indicator_id and s.goal_code = a.goal_code
        and s.target_code is not distinct from a.target_code
        and s.indicator_code is not distinct from a.indicator_code
    anti join declared as d
        on d.site_id = a.site_id and d.local_indicator_id = a.local_indicator_id and d.goal_code = a.goal_code
        and d.target_code is not distinct from a.target_code
        and d.indicator_code is not distinct from a.indicator_code
),
final as (
    select
        d.local_government_id, d.site_id, d.local_indicator_id, d.goal_code, d.target_code, d.indicator_code,
        'declared' as method, d.match, d.evidence, null as model_version, a.decision, a.decided_by, a.decided_at
    from declared as d
    left join accepted as a
        on a.site_id = d.site_id and a.local_indicator_id = d.local_indicator_id and a.goal_code = d.goal_code
        and a.target_code is not distinct from d.target_code
        and a.indicator_code is not distinct from d.indicator_code
    union all by name
    select *, 'reviewed' as method, null as match from reviewed
)
select
    f.local_government_id, f.site_id, f.local_indicator_id, f.goal_code, f.target_code, f.indicator_code,
    f.method, f.match, f.evidence, f.model_version, f.decision, f.decided_by, f.decided_at
from final as f
order by f.site_id, f.local_indicator_id, f.method, f.goal_code, f.target_code, f.indicator_code
