-- name: c02_essential_services_spending
-- grain: area, year
-- depends: core.latest_observation
-- why: whether public money goes to a service that the poor need. The code is named after all
--   essential services; the series counts education alone.
--   n_areas and coverage_pct are filled in by coverage.sql.
with source as (
    select
        area_code,
        year,
        '' as breakdown,
        value,
        censoring,
        lower_bound,
        upper_bound,
        release
    from core.latest_observation
    where series_code = 'SD_XPD_ESED'
        and is_total
        and value_status in ('number', 'censored')
),
final as (
    select
        source.area_code,
        source.year,
        source.breakdown,
        source.value,
        source.censoring,
        source.lower_bound,
        source.upper_bound,
        'published' as basis,
        source.release,
        'Education only, not all essential services; a share of a budget, so it falls when other spending grows.' as caveat
    from source
)
select
    cast(area_code as varchar) as area_code,
    cast(year as integer) as year,
    cast(breakdown as varchar) as breakdown,
    cast(value as double) as value,
    cast(censoring as varchar) as censoring,
    cast(lower_bound as double) as lower_bound,
    cast(upper_bound as double) as upper_bound,
    cast(null as bigint) as n_areas,
    cast(null as double) as coverage_pct,
    cast(basis as varchar) as basis,
    cast(release as varchar) as release,
    cast(caveat as varchar) as caveat
from final
