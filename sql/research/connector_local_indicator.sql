-- connector_local_indicator: the newest headline value of each indicator that a local government reports.
-- grain: one row a local indicator
-- depends: core.local_indicator, core.local_observation
-- why: only indicators with values; how far each is the official one is in `match`, with its reason.
select
    l.local_indicator_id,
    l.title,
    o.year,
    o.value,
    o.unit,
    l.indicator_code,
    l.match,
    l.match_reason,
    o.reference_area_kind,
    o.series,
    l.first_year,
    l.last_year,
    o.dataset_id as dataset,
    o.release
from core.local_indicator as l
inner join core.local_observation as o
    on o.site_id = l.site_id and o.local_indicator_id = l.local_indicator_id
where l.local_government_id = $government and o.is_headline and o.value is not null and not l.is_placeholder
qualify
    row_number() over (
        partition by l.site_id, l.local_indicator_id order by o.year desc, o.series nulls first, o.row_number
    ) = 1
order by l.goal_code, l.local_indicator_id
