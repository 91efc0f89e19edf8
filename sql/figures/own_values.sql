-- name: own_values
-- grain: official indicator
-- depends: core.local_indicator, core.local_observation, core.own_indicator, evidence.metric
-- why: the latest headline values of a local government's own numbers for official indicators: one of each goal before
--   the second of any, the newest first. A long title is cut to what two lines hold, and names its unit itself.
with latest as (
    select
        i.local_government_id,
        i.site_id,
        i.local_indicator_id,
        i.indicator_code,
        i.goal_code,
        i.title,
        o.year,
        o.value,
        o.censoring,
        o.unit,
        o.release,
        o.series
    from core.local_observation as o
    inner join core.local_indicator as i
        on i.site_id = o.site_id
        and i.local_indicator_id = o.local_indicator_id
    inner join core.own_indicator as w
        on w.site_id = i.site_id
        and w.indicator_code = i.indicator_code
    where i.local_government_id = $area
        and i.match = 'official'
        and i.exclusion_rule is null
        and not i.is_placeholder
        and o.is_headline
        and o.quality_flag is null
        and o.reference_area_kind = 'own'
        and o.value is not null
        and o.value <> 0
        and o.year <= coalesce(i.last_year, o.year)
        and o.unit <> 'NOT STATED'
    qualify row_number() over (
        partition by i.local_government_id, i.indicator_code
        order by o.series is not null, o.year desc, i.local_indicator_id, o.row_number
    ) = 1
),
ranked as (
    select
        *,
        count(*) over () as n_found,
        max(year) over () as newest,
        row_number() over (
            partition by goal_code order by year desc, indicator_code
        ) as place
    from latest
),
picked as (
    select *
    from ranked
    qualify row_number() over (order by place, year desc, indicator_code) <= $most
)
select
    m.metric_id,
    picked.local_government_id as code,
    picked.title as name,
    picked.indicator_code,
    concat_ws(
        ', ',
        if(length(picked.title) > 80, regexp_replace(left(picked.title, 78), '\s+\S*$', '') || ' …', picked.title),
        picked.series
    ) as detail,
    picked.year,
    picked.value,
    picked.censoring,
    picked.n_found,
    picked.newest,
    map_from_entries([('site', picked.site_id || '/' || picked.local_indicator_id)]) as dimensions,
    'published' as basis,
    picked.release,
    picked.unit
from picked
cross join evidence.metric as m
where list_contains($metrics, m.metric_id)
order by cast(picked.goal_code as integer), picked.indicator_code
