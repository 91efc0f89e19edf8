-- local_indicators: the indicators of a local government, each with its newest headline beside the nation's value.
-- grain: local indicator, series of its newest year
-- depends: core.local_indicator, core.local_observation, core.local_site, core.series, evidence.local_vs_national,
--          meta.dataset
-- why: an indicator without a value stays, with the reason. The nation's value stands beside the local one with
--      what makes them comparable or not; it is no benchmark where they are not.
with headlines as (
    select o.*
    from core.local_observation as o
    where o.local_government_id = $government and o.is_headline and o.value is not null
    qualify rank() over (partition by o.site_id, o.local_indicator_id order by o.year desc) = 1
),
sources as (
    select source, release, min(attribution) as attribution
    from meta.dataset
    group by source, release
)
select
    i.local_indicator_id, i.title, h.year, h.value, coalesce(h.unit, i.unit) as unit, h.series,
    n.national_value, n.national_year, n.national_unit, n.gap, n.comparability, n.reason as comparability_reason,
    n.series_code as national_series_code, s.description as national_series, n.release as national_release,
    i.goal_code, i.target_code, i.indicator_code, i.match, i.reporting_status, i.is_placeholder,
    case
        when h.value is not null then null
        when i.is_placeholder then 'placeholder, no data'
        when i.n_rows = 0 then 'no data'
        else coalesce(i.no_headline_reason, 'no headline value')
    end as no_value_reason,
    h.quality_flag, i.first_year, i.last_year, i.n_rows, i.language, i.site_id, t.base_url as site_url, i.release,
    i.dataset_id as dataset, d.attribution as source
from core.local_indicator as i
left join headlines as h on h.site_id = i.site_id and h.local_indicator_id = i.local_indicator_id
left join evidence.local_vs_national as n
    on n.site_id = i.site_id
    and n.local_indicator_id = i.local_indicator_id
    and n.year = h.year
    and n.series is not distinct from h.series
left join core.series as s on s.series_code = n.series_code
left join core.local_site as t on t.site_id = i.site_id
left join sources as d on d.source = i.dataset_id and d.release = i.release
where i.local_government_id = $government
order by
    try_cast(i.goal_code as integer), i.target_code, i.indicator_code, i.site_id, i.local_indicator_id, h.series
