-- name: c06_actions
-- grain: area or local government, breakdown (kind; links)
-- depends: core.action, core.action_goal, core.action_place
-- why: what all counts of actions rest on: how many are available, of which kinds, and how many have a link to
--   a goal: declared by the record, of any method, or none.
with linked as (
    select action_id, bool_or(is_declared) as is_declared from core.action_goal group by action_id
),
cut as (
    select action_id, null as kind, null as links from core.action
    union all
    select action_id, coalesce(kind, 'not stated') as kind, null as links from core.action
    union all
    select action_id, null as kind, 'declared' as links from linked where is_declared
    union all
    select action_id, null as kind, 'all' as links from linked
    union all
    select action_id, null as kind, 'none' as links from core.action anti join linked using (action_id)
),
totals as (
    select area_code, local_government_id, count(*) as n_actions
    from core.action_place
    group by area_code, local_government_id
)
select
    p.area_code,
    p.year,
    map {'kind': c.kind, 'links': c.links} as dimensions,
    count(*) as value,
    count(distinct p.country_code) as n_areas,
    any_value(t.n_actions) as n_total,
    'actions' as denominator,
    'computed' as basis,
    string_agg(distinct p.release, '; ' order by p.release) as release,
    p.local_government_id
from cut as c
join ($shared_action_places) as p on p.action_id = c.action_id
join totals as t
    on t.area_code = p.area_code and t.local_government_id is not distinct from p.local_government_id
group by p.area_code, p.year, p.local_government_id, c.kind, c.links
