-- name: c01_working_poor
-- grain: area, year, breakdown
-- depends: core.latest_observation
-- why: work does not always lift people out of poverty. One dimension is broken down at a time:
--   sex over all ages (15 and over), age over both sexes.
--   n_areas and coverage_pct are filled in by coverage.sql.
with source as (
    select
        area_code,
        year,
        is_total,
        coalesce(sex, 'total') as sex,
        coalesce(age, 'total') as age,
        coalesce(location, 'total') as location,
        reporting_type,
        breakdown as published_breakdown,
        value,
        censoring,
        lower_bound,
        upper_bound,
        release
    from core.latest_observation
    where series_code = 'SI_POV_EMP1'
        and value_status in ('number', 'censored')
        -- no dimension beside sex, age and location is broken down
        and (is_total or list_has_all(['total'], map_values(dimensions)))
),
labelled as (
    select
        area_code,
        year,
        case
            when is_total then ''
            when sex <> 'total' then 'sex=' || sex
            else 'age=' || age
        end as breakdown,
        reporting_type,
        published_breakdown,
        value,
        censoring,
        lower_bound,
        upper_bound,
        release
    from source
    where is_total
        or (location = 'total' and age = 'total' and sex <> 'total')
        or (location = 'total' and sex = 'total' and age <> 'total')
),
-- the global figure before a national variant of the same breakdown
chosen as (
    select
        area_code,
        year,
        breakdown,
        value,
        censoring,
        lower_bound,
        upper_bound,
        release
    from labelled
    qualify row_number() over (
        partition by area_code, year, breakdown
        order by coalesce(reporting_type, 'G') <> 'G', published_breakdown
    ) = 1
),
final as (
    select
        chosen.area_code,
        chosen.year,
        chosen.breakdown,
        chosen.value,
        chosen.censoring,
        chosen.lower_bound,
        chosen.upper_bound,
        'published' as basis,
        chosen.release,
        'Share of employed people, not of the population; the figures are modelled estimates in large part.' as caveat
    from chosen
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
