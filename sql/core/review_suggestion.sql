-- core.review_suggestion: what the titles of reviews point to, for manual review.
-- grain: review, SDG element, method
-- depends: core.review, staging.review_suggestion
-- why: few registers say which goals a review covers. Who agrees with a suggestion writes it into the column
--      sdgs_covered of the register; what is there already is marked as declared.
with suggested as (
    select *, coalesce(indicator_code, target_code, goal_code) as code
    from staging.review_suggestion
)
select
    r.review_id, r.local_government_id, s.goal_code, s.target_code, s.indicator_code, s.method, s.confidence,
    s.rank, s.evidence, s.is_accepted,
    len(list_filter(r.goals_covered, lambda c: c = s.code or starts_with(c, s.code || '.'))) > 0 as is_declared,
    s.model_version
from suggested as s
join core.review as r on r.review_id = s.review_id
order by r.review_id, s.method, s.rank, s.goal_code, s.target_code, s.indicator_code
