-- name: page_actions
-- grain: action
-- depends: core.action, core.action_dataset, core.action_link, core.action_partner
-- why: the actions that local governments lead, with declared goals and partners, for their profiles on the page;
--   those with goals and partners first, then the newest.
with goals as (
    select
        action_id,
        list_sort(list(distinct try_cast(goal_code as integer))) as goals
    from core.action_link
    where method = 'declared' and goal_code is not null
    group by action_id
),
partners as (
    select
        action_id,
        list(distinct partner order by partner) as partners
    from core.action_partner
    group by action_id
)
select
    cast(a.local_government_id as varchar) as local_government_id,
    cast(a.title as varchar) as title,
    cast(a.year as integer) as year,
    cast(d.title as varchar) as register,
    goals.goals,
    partners.partners,
    cast(a.url as varchar) as url
from core.action as a
left join core.action_dataset as d on d.dataset_id = a.dataset_id
left join goals on goals.action_id = a.action_id
left join partners on partners.action_id = a.action_id
where a.local_government_id is not null
order by
    a.local_government_id,
    goals.goals is null and partners.partners is null,
    a.year desc nulls last,
    a.title,
    a.action_id
