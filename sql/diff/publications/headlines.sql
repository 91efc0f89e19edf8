-- diff/publications/headlines: how many headline values of each metric differ.
-- grain: metric
-- depends: evidence.metric, headline_change
-- why: the list of metrics is cut at a limit; these counts are not.
select
    h.metric_id,
    coalesce(any_value(n.title), any_value(o.title)) as title,
    count(*) filter (h.change = 'changed') as changed,
    count(*) filter (h.change = 'added') as added,
    count(*) filter (h.change = 'removed') as removed,
    count(*) filter (h.change = 'other year') as other_year,
    count(*) filter (h.area_code = '001' and h.local_government_id is null and h.change = 'changed') as changed_world
from headline_change as h
left join new.evidence.metric as n on n.metric_id = h.metric_id
left join old.evidence.metric as o on o.metric_id = h.metric_id
where (len($metric_ids) = 0 or list_contains($metric_ids, h.metric_id))
    and (len($areas) = 0 or list_contains($areas, h.area_code) or list_contains($areas, h.local_government_id))
group by h.metric_id
order by changed_world desc, changed desc, added + removed desc, h.metric_id
