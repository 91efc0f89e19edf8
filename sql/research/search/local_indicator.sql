-- local_indicator: the indicators of local sites as they are found by `localsdg search`.
-- grain: one row a site and local indicator
-- depends: core.local_indicator, core.local_government, core.local_observation
-- why: a placeholder is listed behind those with values: that a place names an indicator is a fact too.
with held as (
    select o.site_id, o.local_indicator_id, list(distinct map_keys(o.dimensions)) as dimensions
    from core.local_observation as o
    group by o.site_id, o.local_indicator_id
)

select
    l.local_government_id || '/' || l.local_indicator_id as id,
    coalesce(l.title, l.local_indicator_id) as title,
    coalesce(l.language, '') as language,
    concat_ws(' · ', g.name, g.name_en) as details,
    coalesce(list_sort(list_distinct(flatten(h.dimensions))), []) as breakdowns,
    coalesce(g.name, l.local_government_id) as publisher,
    l.release,
    cast(null as bigint) as n_areas,
    l.n_headline as n_records,
    l.first_year,
    l.last_year,
    list_filter([l.indicator_code, l.target_code], code -> code is not null) as related,
    l.n_headline > 0 and not l.is_placeholder as has_data
from core.local_indicator as l
left join core.local_government as g on g.local_government_id = l.local_government_id
left join held as h on h.site_id = l.site_id and h.local_indicator_id = l.local_indicator_id
order by 1, l.site_id
