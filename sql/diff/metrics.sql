-- diff/metrics: the values of each metric by $old_release and by $new_release.
-- grain: metric, area, year, breakdown
-- depends: core.area, old_metric, new_metric
-- why: what a revision of a series does to the evidence. A year that only one of the two has is added or
--   removed; the newest year of each is marked, because a headline rests on it.
with older as (
    select
        metric_id, area_code, year, breakdown, any_value(value) as value,
        year = max(year) over (partition by metric_id, area_code, breakdown) as is_newest
    from old_metric
    where value is not null and list_contains($areas, area_code)
    group by metric_id, area_code, year, breakdown
),
newer as (
    select
        metric_id, area_code, year, breakdown, any_value(value) as value,
        year = max(year) over (partition by metric_id, area_code, breakdown) as is_newest
    from new_metric
    where value is not null and list_contains($areas, area_code)
    group by metric_id, area_code, year, breakdown
),
compared as (
    select
        metric_id, area_code, breakdown, year,
        older.value as old_value, newer.value as new_value,
        coalesce(older.is_newest, false) as is_old_newest, coalesce(newer.is_newest, false) as is_new_newest,
        case
            when older.value is null then 'added'
            when newer.value is null then 'removed'
            when newer.value <> older.value then 'changed'
            else 'same'
        end as change
    from older
    full join newer using (metric_id, area_code, breakdown, year)
)
select
    c.metric_id, c.area_code, a.name as area_name, c.breakdown, c.year, c.old_value, c.new_value, c.change,
    c.is_old_newest, c.is_new_newest
from compared as c
left join core.area as a on a.area_code = c.area_code
order by c.metric_id, c.area_code, c.breakdown, c.year
