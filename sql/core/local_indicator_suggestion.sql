-- core.local_indicator_suggestion: what the titles of local indicators point to, for manual review.
-- grain: local indicator, SDG element, method
-- depends: core.local_indicator, core.local_indicator_decision, staging.local_indicator_suggestion
-- why: a suggestion that a person refused is gone, whatever a later model says: of the decisions on an
--      element, and the refusals of the goal or target it belongs to, the latest counts, and at the same
--      moment the refusal.
with decided as (
    select
        s.dataset_id, s.release, s.site_id, s.local_indicator_id, s.goal_code, s.target_code, s.indicator_code,
        s.method, d.decision
    from staging.local_indicator_suggestion as s
    join core.local_indicator_decision as d
        on d.site_id = s.site_id and d.local_indicator_id = s.local_indicator_id and d.goal_code = s.goal_code
        and (d.target_code is not distinct from s.target_code
            or (d.target_code is null and d.decision = 'refused'))
        and (d.indicator_code is not distinct from s.indicator_code
            or (d.indicator_code is null and d.decision = 'refused'))
    qualify row_number() over (
        partition by
            s.dataset_id, s.release, s.site_id, s.local_indicator_id, s.goal_code, s.target_code,
            s.indicator_code, s.method
        order by d.decided_at desc, d.decision desc, d.target_code, d.indicator_code
    ) = 1
)
select
    i.local_government_id, i.site_id, i.local_indicator_id, s.goal_code, s.target_code, s.indicator_code,
    s.method, s.confidence, s.rank, s.evidence, s.is_accepted,
    coalesce(
        case
            when s.indicator_code is not null then s.indicator_code = i.indicator_code
            when s.target_code is not null then s.target_code = i.target_code
            else s.goal_code = i.goal_code
        end,
        false
    ) as is_declared,
    s.model_version
from staging.local_indicator_suggestion as s
join core.local_indicator as i
    on i.dataset_id = s.dataset_id and i.release = s.release and i.site_id = s.site_id
    and i.local_indicator_id = s.local_indicator_id
anti join decided as d
    on d.dataset_id = s.dataset_id and d.release = s.release and d.site_id = s.site_id
    and d.local_indicator_id = s.local_indicator_id and d.goal_code = s.goal_code and d.method = s.method
    and d.target_code is not distinct from s.target_code
    and d.indicator_code is not distinct from s.indicator_code
    and d.decision = 'refused'
order by i.site_id, i.local_indicator_id, s.method, s.rank, s.goal_code, s.target_code, s.indicator_code
