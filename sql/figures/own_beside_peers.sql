-- name: own_beside_peers
-- grain: local government
-- depends: core.local_government, core.local_indicator, core.local_observation, evidence.metric
-- why: one official indicator of a local government beside the same indicator, in the same unit, of others that
--   publish it: the one with most others. $picked are those that do not follow national lines or definitions, of
--   which no two governments have the same. The latest headline value of each, its year in its label.
with headline as (
    select
        i.local_government_id,
        i.site_id,
        i.local_indicator_id,
        i.indicator_code,
        o.unit,
        o.year,
        o.value,
        o.censoring,
        o.release
    from core.local_observation as o
    inner join core.local_indicator as i
        on i.site_id = o.site_id
        and i.local_indicator_id = o.local_indicator_id
    where i.match = 'official'
        and o.quality_flag is null
        and i.exclusion_rule is null
        and not i.is_placeholder
        and o.is_headline
        and o.series is null
        and o.reference_area_kind = 'own'
        and o.value is not null
        and o.year <= coalesce(i.last_year, o.year)
        and o.unit in ('PERCENT', 'MGR_M_3', 'PER_1000_LIVE_BIRTHS', 'PER_100000_POP', 'PER_100000', 'PER_1000_POP')
        and list_contains($picked, i.indicator_code)
    qualify row_number() over (
        partition by i.local_government_id, i.indicator_code, o.unit
        order by o.year desc, i.local_indicator_id, o.row_number
    ) = 1
),
chosen as (
    select
        indicator_code,
        unit
    from headline
    group by indicator_code, unit
    having bool_or(local_government_id = $area) and count(*) >= 3
    order by count(*) desc, unit = 'PERCENT' desc, indicator_code
    limit 1
)
select
    m.metric_id,
    h.local_government_id as code,
    g.name,
    h.indicator_code,
    h.year,
    h.value,
    h.censoring,
    count(*) over () as n_found,
    map_from_entries([('site', h.site_id || '/' || h.local_indicator_id)]) as dimensions,
    'published' as basis,
    h.release,
    h.unit
from headline as h
inner join chosen as c on c.indicator_code = h.indicator_code and c.unit = h.unit
inner join core.local_government as g on g.local_government_id = h.local_government_id
cross join evidence.metric as m
where list_contains($metrics, m.metric_id)
order by h.value desc, h.local_government_id
limit $most
