-- rule: WH-020
-- severity: critical
-- why: what manual review decided is what is shown: no suggestion that they refused is a link, and every link
--      that they accepted is there, unless what it belongs to was refused later
-- fix: Do not publish: report it with the examples, it is a fault of the build.
select l.action_id, l.goal_code, l.target_code, l.indicator_code, 'refused, and still a link' as fault
from core.action_link as l
join core.link_decision as d
    on d.action_id = l.action_id and d.goal_code = l.goal_code and d.decision = 'refused'
    and (d.target_code is null or d.target_code = l.target_code)
    and (d.indicator_code is null or d.indicator_code = l.indicator_code)
where l.method <> 'declared' and l.decision is null
union all
select d.action_id, d.goal_code, d.target_code, d.indicator_code, 'accepted, and no link' as fault
from core.link_decision as d
join core.action as a on a.action_id = d.action_id
anti join core.action_link as l
    on l.action_id = d.action_id and l.goal_code = d.goal_code
    and l.target_code is not distinct from d.target_code
    and l.indicator_code is not distinct from d.indicator_code
anti join core.link_decision as r
    on r.action_id = d.action_id and r.goal_code = d.goal_code and r.decision = 'refused'
    and (r.target_code is null or r.target_code = d.target_code)
    and (r.indicator_code is null or r.indicator_code = d.indicator_code)
    and r.decided_at >= d.decided_at
where d.decision = 'accepted'
