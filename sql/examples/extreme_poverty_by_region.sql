-- Extreme poverty by year for the World, the SDG regions and the LDC, LLDC and SIDS groups, as the UN publishes it.
-- name: extreme_poverty_by_region
-- grain: area, year
-- depends: core.area, core.area_grouping, core.latest_observation
-- why: the first question of Goal 1. Regions do not sum to the World, and groups overlap regions.
with source as (
    select
        area_code,
        year,
        value,
        censoring,
        release
    from core.latest_observation
    where series_code = 'SI_POV_DAY1'
        and is_total
        and value_status in ('number', 'censored')
        and quality_flag is null
),
shown as (
    select grouping_code as area_code
    from core.area_grouping
    where scheme in ('SDG regions', 'LDC', 'LLDC', 'SIDS')
    group by grouping_code
    union
    select '001' as area_code
),
final as (
    select
        source.year,
        source.area_code,
        area.name as area_name,
        source.value,
        source.censoring,
        source.release
    from source
    inner join shown on shown.area_code = source.area_code
    inner join core.area as area on area.area_code = source.area_code
)
select
    cast(year as integer) as year,
    cast(area_code as varchar) as area_code,
    cast(area_name as varchar) as area_name,
    cast(value as double) as value,
    cast(censoring as varchar) as censoring,
    cast(release as varchar) as release
from final
order by year, area_code
