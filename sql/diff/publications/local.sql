-- diff/publications/local: how many values of each local or regional government differ between two published files.
-- grain: site, local government
-- depends: core.local_government, core.local_observation, local_change, wanted_government
-- why: one line a government, with the indicators that came and went as a whole.
with counted as (
    select
        site_id, local_government_id,
        count(*) filter (change = 'added') as added,
        count(*) filter (change = 'removed') as removed,
        count(*) filter (change = 'changed') as changed,
        max(old_release) as old_release, max(new_release) as new_release
    from local_change
    where len($areas) = 0 or local_government_id in (select w.local_government_id from wanted_government as w)
    group by site_id, local_government_id
),
older as ( -- noqa: ST03
    select distinct site_id, local_indicator_id from old.core.local_observation
    where site_id in (select site_id from counted)
),
newer as ( -- noqa: ST03
    select distinct site_id, local_indicator_id from new.core.local_observation
    where site_id in (select site_id from counted)
),
indicators as (
    select
        site_id,
        count(*) filter (older.local_indicator_id is null) as indicators_added,
        count(*) filter (newer.local_indicator_id is null) as indicators_removed
    from older
    full join newer using (site_id, local_indicator_id)
    group by site_id
)
select
    c.local_government_id, coalesce(n.name, o.name, c.local_government_id) as local_government_name, c.site_id,
    c.old_release, c.new_release, c.added, c.removed, c.changed, i.indicators_added, i.indicators_removed
from counted as c
left join indicators as i on i.site_id = c.site_id
left join new.core.local_government as n on n.local_government_id = c.local_government_id
left join old.core.local_government as o on o.local_government_id = c.local_government_id
order by c.added + c.removed + c.changed desc, c.site_id, c.local_government_id
