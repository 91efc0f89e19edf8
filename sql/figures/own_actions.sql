-- name: own_actions
-- grain: action
-- depends: core.action, core.action_dataset, core.action_link, evidence.metric
-- why: what a local government has registered or published as its actions, those with a declared goal first, the
--   newest first. Its numeric targets beside indicators are figures of their own, and are left out. A long title is
--   cut to what two lines hold.
with links as (
    select
        action_id,
        string_agg(distinct goal_code, ', ' order by goal_code) as goals
    from core.action_link
    where method = 'declared'
    group by action_id
),
picked as (
    select
        a.action_id,
        a.local_government_id,
        a.title,
        a.kind,
        a.year,
        a.url,
        a.dataset_id,
        d.title as dataset,
        l.goals,
        a.release,
        count(*) over () as n_found,
        count(*) filter (l.goals is not null) over () as n_with_goals,
        d.attribution
    from core.action as a
    inner join core.action_dataset as d on d.dataset_id = a.dataset_id
    left join links as l on l.action_id = a.action_id
    where a.local_government_id = $area
        and a.dataset_id <> 'local_targets'
    qualify row_number() over (order by l.goals is null, a.year desc nulls last, a.title, a.action_id) <= $most
)
select
    m.metric_id,
    picked.local_government_id as code,
    if(length(picked.title) > 90, regexp_replace(left(picked.title, 88), '\s+\S*$', '') || ' …', picked.title) as name,
    picked.dataset_id,
    picked.dataset,
    picked.kind,
    picked.goals,
    picked.url,
    picked.year,
    cast(1 as double) as value,
    picked.n_found,
    picked.n_with_goals,
    (select string_agg(distinct p.attribution, '; ' order by p.attribution) from picked as p) as attribution,
    map_from_entries([('action', picked.action_id)]) as dimensions,
    'computed' as basis,
    picked.release,
    m.unit
from picked
cross join evidence.metric as m
where list_contains($metrics, m.metric_id)
order by picked.goals is null, picked.year desc nulls last, name, picked.action_id
