-- target: the targets as they are found by `localsdg search`.
-- grain: one row a target
-- depends: core.target, core.indicator
-- why: a target is found by its words and leads to its indicators.
select
    t.target_code as id,
    t.title,
    'en' as language,
    '' as details,
    cast([] as varchar[]) as breakdowns,
    'UN list of targets' as publisher,
    t.list_release as release,
    cast(null as bigint) as n_areas,
    count(i.indicator_code) as n_records,
    cast(null as integer) as first_year,
    cast(null as integer) as last_year,
    list_concat(
        cast([] as varchar[]), coalesce(list(i.indicator_code) filter (i.indicator_code is not null), [])
    ) as related,
    true as has_data
from core.target as t
left join core.indicator as i on i.target_code = t.target_code
group by all
order by t.target_code
