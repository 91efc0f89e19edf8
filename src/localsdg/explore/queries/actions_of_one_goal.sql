-- Actions that declare one goal, and who leads them
-- why: What the registers state; a declared goal is no measure of an effect.
-- values: goal_code=11
select
    a.action_id, a.title, a.lead, a.lead_kind, a.year, a.end_year, a.dataset_id, a.url, a.release
from action as a
where exists (
    select 1
    from action_link as l
    where l.action_id = a.action_id and l.goal_code = :goal_code and l.method = 'declared'
)
order by a.year desc, a.action_id
