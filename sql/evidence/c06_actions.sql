-- name: c06_actions
-- grain: area or local government, register or all, breakdown (kind; links)
-- depends: core.action, core.action_dataset, core.action_goal, core.action_place
-- why: what all counts of actions rest on: how many records are available, of which registers and kinds, and how
--   many have a link to a goal: declared by the record, of any method, or none. The sum over registers is an
--   inventory of records, and the one metric that adds registers up.
with linked as (
    select action_id, bool_or(is_declared) as is_declared from core.action_goal group by action_id
),
link_types as (
    select action_id, null as links from core.action
    union all
    select action_id, 'declared' as links from linked where is_declared
    union all
    select action_id, 'all' as links from linked
    union all
    select action_id, 'none' as links from core.action anti join linked using (action_id)
),
cut as (
    select l.action_id, r.dataset_id, null as kind, l.links
    from link_types as l
    join core.action as a on a.action_id = l.action_id
    cross join lateral (select unnest([null, a.dataset_id]) as dataset_id) as r
    union all
    select action_id, null as dataset_id, coalesce(kind, 'not stated') as kind, null as links from core.action
),
places as (
    select * from ($shared_action_places)
),
newest as (
    select max(year(as_of)) as year from core.action_dataset
),
totals as (
    select p.area_code, p.local_government_id, r.dataset_id, count(*) as n_actions
    from places as p
    cross join lateral (select unnest([null, p.dataset_id]) as dataset_id) as r
    group by p.area_code, p.local_government_id, r.dataset_id
)
select
    p.area_code,
    if(c.dataset_id is null, any_value(n.year), any_value(p.year)) as year,
    map {'dataset': c.dataset_id, 'kind': c.kind, 'links': c.links} as dimensions,
    count(*) as value,
    len(list_distinct(flatten(list(p.country_codes)))) as n_areas,
    any_value(t.n_actions) as n_total,
    'actions' as denominator,
    'computed' as basis,
    string_agg(distinct p.release, '; ' order by p.release) as release,
    p.local_government_id
from cut as c
join places as p on p.action_id = c.action_id
join totals as t
    on t.area_code = p.area_code and t.local_government_id is not distinct from p.local_government_id
    and t.dataset_id is not distinct from c.dataset_id
cross join newest as n
group by p.area_code, p.local_government_id, c.dataset_id, c.kind, c.links
