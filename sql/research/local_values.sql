-- local_values: all values that a local government publishes.
-- grain: local indicator, year, disaggregation
-- depends: core.local_indicator, core.local_observation, meta.dataset
-- why: every row has its indicator's title, unit, site and source; is_headline says which is the total.
with sources as (
    select source, release, min(attribution) as attribution
    from meta.dataset
    group by source, release
)
select
    o.local_indicator_id, i.title, o.year, o.value, o.unit, o.is_headline, o.series, o.dimensions, o.censoring,
    o.value_status, o.quality_flag, o.reference_area_name, i.goal_code, i.target_code, i.indicator_code, o.site_id,
    o.release, o.dataset_id as dataset, d.attribution as source
from core.local_observation as o
join core.local_indicator as i on i.site_id = o.site_id and i.local_indicator_id = o.local_indicator_id
left join sources as d on d.source = o.dataset_id and d.release = o.release
where o.local_government_id = $government
order by o.site_id, o.local_indicator_id, o.series, o.row_number
