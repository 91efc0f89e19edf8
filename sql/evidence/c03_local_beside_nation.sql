-- name: c03_local_beside_nation
-- grain: local government, year, indicator of its site, series, place
-- depends: core.local_government, evidence.local_beside_nation_in_file
-- why: the poverty of a local government and of its nation by one file, each pair as two rows: place=own and
--   place=nation. Only shares of which the row states the line and what it counts. Both rows belong to the local
--   government whose file has them. A government whose country has no UN area code has no row.
with pairs as (
    select
        f.*,
        unnest(['own', 'nation']) as place
    from evidence.local_beside_nation_in_file as f
    where f.indicator_code in ('1.1.1', '1.2.1', '1.2.2')
        and f.unit = 'PERCENT'
        and coalesce(f.poverty_threshold, 'not stated') <> 'not stated'
        and coalesce(f.population_unit, 'not stated') <> 'not stated'
),
final as (
    select
        g.area_code,
        p.year,
        map_concat(
            map {
                'indicator': p.indicator_code,
                'site': p.site_id || '/' || p.local_indicator_id,
                'threshold': p.poverty_threshold,
                'counts': p.population_unit,
                'place': p.place
            },
            case when p.series is null then map {} else map { 'series': p.series } end
        ) as dimensions,
        case p.place when 'own' then p.local_value else p.national_value end as value,
        1 as n_areas,
        p.release,
        p.local_government_id
    from pairs as p
    join core.local_government as g on g.local_government_id = p.local_government_id
    where g.area_code is not null
)
select area_code, year, dimensions, value, n_areas, release, local_government_id
from final
