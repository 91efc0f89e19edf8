-- The ten countries furthest from ending extreme poverty: latest value, its yearly change, where it leads by 2030.
-- name: furthest_from_ending_poverty
-- grain: country
-- depends: core.area, evidence.progress
-- why: the latest year differs by country and can be old: it is given beside the value.
-- column status: Whether the country gets to the end of extreme poverty by 2030, as in evidence.progress.
with source as (
    select
        area_code,
        latest_year,
        latest_value,
        annual_change,
        projected_2030,
        status,
        reason,
        release
    from evidence.progress
    where series_code = 'SI_POV_DAY1'
        and latest_value is not null
),
final as (
    select
        source.area_code,
        area.name as area_name,
        source.latest_year,
        source.latest_value,
        source.annual_change,
        source.projected_2030,
        source.status,
        source.reason,
        source.release
    from source
    inner join core.area as area on area.area_code = source.area_code
    where area.kind = 'country'
)
select
    cast(area_code as varchar) as area_code,
    cast(area_name as varchar) as area_name,
    cast(latest_year as integer) as latest_year,
    cast(latest_value as double) as latest_value,
    cast(annual_change as double) as annual_change,
    cast(projected_2030 as double) as projected_2030,
    cast(status as varchar) as status,
    cast(reason as varchar) as reason,
    cast(release as varchar) as release
from final
order by latest_value desc, area_code
limit 10
