-- core.action_link: which goal, target or indicator an action serves, and how that is known.
-- grain: action, SDG element, method
-- depends: core.action, core.action_suggestion, core.link_decision, staging.action, staging.action_declared,
--   staging.local_target
-- why: links that a record declares in a field of its own are sure. Only the record that
--      is in core.action speaks, so that a withdrawn declaration is gone. What a person decided wins
--      over every suggestion: of the decisions on an element, and the refusals of the goal or target it
--      belongs to, the latest holds, and at the same moment the refusal.
with first_row as (
    select release, snapshot_sha256, action_id, min(row_number) as row_number
    from staging.action
    group by release, snapshot_sha256, action_id
),
declared as (
    select d.action_id, d.goal_code, d.target_code, d.indicator_code, d.rank, d.evidence
    from staging.action_declared as d
    join first_row as s
        on s.release = d.release and s.snapshot_sha256 = d.snapshot_sha256 and s.row_number = d.row_number
    join core.action as a
        on a.action_id = s.action_id and a.release = s.release and a.snapshot_sha256 = s.snapshot_sha256
    union all
    select
        concat_ws(':', local_government_id, site_id, local_indicator_id, target_kind, sequence) as action_id,
        goal_code, target_code, indicator_code, 1 as rank,
        'declared beside local indicator ' || local_indicator_id as evidence
    from staging.local_target
    where goal_code is not null and target_kind <> 'progress'
),
known as (
    select action_id, goal_code, target_code, indicator_code, rank from core.action_suggestion
    union all
    select action_id, goal_code, target_code, indicator_code, 0 as rank from declared
),
last_rank as (
    select action_id, max(rank) as rank from known group by action_id
),
-- accepted by a person, and neither suggested nor declared
added as (
    select
        d.action_id, d.goal_code, d.target_code, d.indicator_code, d.model_version,
        coalesce(r.rank, 0) + row_number() over (
            partition by d.action_id order by d.goal_code, d.target_code, d.indicator_code
        ) as rank
    from core.link_decision as d
    join core.action as a on a.action_id = d.action_id
    left join last_rank as r on r.action_id = d.action_id
    anti join known as k
        on k.action_id = d.action_id and k.goal_code = d.goal_code
        and k.target_code is not distinct from d.target_code
        and k.indicator_code is not distinct from d.indicator_code
    where d.decision = 'accepted'
),
candidate as (
    select
        action_id, goal_code, target_code, indicator_code, method, confidence, rank, evidence,
        model_version, is_accepted
    from core.action_suggestion
    union all
    select
        action_id, goal_code, target_code, indicator_code, 'learned' as method, null as confidence, rank,
        null as evidence, model_version, false as is_accepted
    from added
),
decided as (
    select
        c.action_id, c.goal_code, c.target_code, c.indicator_code, c.method, d.decision,
        d.decision || ' by ' || d.decided_by || ', ' || strftime(d.decided_at, '%Y-%m-%d %H:%M UTC') as words
    from candidate as c
    join core.link_decision as d
        on d.action_id = c.action_id and d.goal_code = c.goal_code
        and (d.target_code is not distinct from c.target_code
            or (d.target_code is null and d.decision = 'refused'))
        and (d.indicator_code is not distinct from c.indicator_code
            or (d.indicator_code is null and d.decision = 'refused'))
    qualify row_number() over (
        partition by c.action_id, c.goal_code, c.target_code, c.indicator_code, c.method
        order by d.decided_at desc, d.decision desc, d.target_code, d.indicator_code
    ) = 1
),
final as (
    select
        action_id, goal_code, target_code, indicator_code, 'declared' as method, 1 as confidence, rank,
        evidence, null as model_version, null as decision
    from declared
    union all
    select
        c.action_id, c.goal_code, c.target_code, c.indicator_code, c.method,
        if(d.decision = 'accepted', 1, c.confidence) as confidence, c.rank,
        concat_ws('; ', c.evidence, d.words) as evidence, c.model_version, d.decision
    from candidate as c
    left join decided as d
        on d.action_id = c.action_id and d.goal_code = c.goal_code and d.method = c.method
        and d.target_code is not distinct from c.target_code
        and d.indicator_code is not distinct from c.indicator_code
    where coalesce(d.decision = 'accepted', c.is_accepted)
)
select
    d.action_id, d.goal_code, d.target_code, d.indicator_code, d.method, d.confidence, d.rank, d.evidence,
    d.model_version, d.decision
from final as d
order by d.action_id, d.rank, d.goal_code, d.target_code, d.indicator_code, d.method
