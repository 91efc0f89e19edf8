-- name: c03_local_poverty
-- grain: local government, year, indicator of its site, series
-- depends: core.local_government, core.local_indicator, core.local_observation
-- why: 1.1.1, 1.2.1, 1.2.2, 1.3.1 and 1.4.1 as local governments publish them for their own area,
--   each with the line and the population of its row. A site may file another subject under a UN code
--   (unemployment under 1.1.1): match=proxy says so. A government whose country has no UN area
--   code has no row: a metric's rows are places.
with final as (
    select
        g.area_code,
        o.year,
        map_concat(
            map {
                'indicator': i.indicator_code,
                'match': i.match,
                'site': i.site_id || '/' || i.local_indicator_id,
                'threshold': coalesce(o.poverty_threshold, 'not stated'),
                'counts': coalesce(o.population_unit, 'not stated'),
                'unit': o.unit
            },
            case when o.series is null then map {} else map { 'series': o.series } end
        ) as dimensions,
        o.value,
        o.censoring,
        1 as n_areas,
        o.release,
        i.local_government_id
    from core.local_observation as o
    join core.local_indicator as i
        on i.site_id = o.site_id and i.local_indicator_id = o.local_indicator_id
    join core.local_government as g on g.local_government_id = i.local_government_id
    where i.indicator_code in ('1.1.1', '1.2.1', '1.2.2', '1.3.1', '1.4.1')
        and (i.match like 'official%' or i.match = 'proxy')
        and i.exclusion_rule is null
        and o.is_headline
        and o.quality_flag is null
        and o.reference_area_kind = 'own'
        and o.value_status in ('number', 'censored')
        and g.area_code is not null
    qualify row_number() over (
        partition by o.site_id, o.local_indicator_id, o.series, o.year order by o.row_number
    ) = 1
)
select area_code, year, dimensions, value, censoring, n_areas, release, local_government_id
from final
