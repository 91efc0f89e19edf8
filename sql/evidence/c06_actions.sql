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
-- a register is null in the rows of all registers together
cut as (
    select action_id, false as of_register, null as kind, links from link_types
    union all
    select action_id, true as of_register, null as kind, links from link_types
    union all
    select action_id, false as of_register, coalesce(kind, 'not stated') as kind, null as links from core.action
),
places as (
    select * from ($shared_action_places)
),
newest as (
    select max(year(as_of)) as year from core.action_dataset
),
counted as (
    select
        p.area_code, p.local_government_id, c.kind, c.links,
        if(c.of_register, p.dataset_id, null) as dataset_id,
        any_value(p.year) as year,
        count(*) as n_actions,
        len(list_distinct(flatten(list(p.country_codes)))) as n_areas,
        array_to_string(list_sort(list_distinct(list(p.release))), '; ') as release
    from cut as c
    join places as p on p.action_id = c.action_id
    group by p.area_code, p.local_government_id, if(c.of_register, p.dataset_id, null), c.kind, c.links
)
select
    c.area_code,
    if(c.dataset_id is null, n.year, c.year) as year,
    map {'dataset': c.dataset_id, 'kind': c.kind, 'links': c.links} as dimensions,
    c.n_actions as value,
    c.n_areas,
    t.n_actions as n_total,
    'actions' as denominator,
    'computed' as basis,
    c.release,
    c.local_government_id
from counted as c
join counted as t
    on t.kind is null and t.links is null and t.area_code = c.area_code
    and t.local_government_id is not distinct from c.local_government_id
    and t.dataset_id is not distinct from c.dataset_id
cross join newest as n
