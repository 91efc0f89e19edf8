-- name: c06_actions
-- grain: area or local government, breakdown (kind; links)
-- depends: core.action, core.action_goal, core.action_place
-- why: what all counts of actions rest on: how many are at hand, of which kinds, and how many have a link to
--   a goal: declared by the record, of any method, or none.
-- the year of the newest records at hand: an action's own year can be that of its deadline, or missing
with stamp as (
    select max(cast(regexp_extract(release, '(?:^|@)([0-9]{4})', 1) as integer)) as year
    from core.action_place
),
linked as (
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
),
counted as (
    select
        p.area_code,
        p.local_government_id,
        c.kind,
        c.links,
        count(*) as value,
        count(distinct p.country_code) as n_areas,
        string_agg(distinct p.release, '; ' order by p.release) as release
    from cut as c
    join core.action_place as p on p.action_id = c.action_id
    group by p.area_code, p.local_government_id, c.kind, c.links
),
final as (
    select
        c.area_code, s.year, map {'kind': c.kind, 'links': c.links} as dimensions, c.value, c.n_areas,
        t.n_actions as n_total, c.release, c.local_government_id
    from counted as c
    cross join stamp as s
    join totals as t
        on t.area_code = c.area_code and t.local_government_id is not distinct from c.local_government_id
)
select
    area_code, year, dimensions, value, n_areas, n_total, 'actions' as denominator,
    'computed' as basis, release, local_government_id
from final
