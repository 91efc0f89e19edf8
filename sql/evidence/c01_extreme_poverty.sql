-- name: c01_extreme_poverty
-- grain: area, year
-- depends: core.latest_observation
-- why: the headline of the first goal. The UN's own figures for the World and regions stay as
--   published: they rest on more than the countries that have a value in the year.
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
    where series_code = 'SI_POV_DAY1'
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
        'The international poverty line is revised from time to time: compare years within one release only. A World or regional figure also rests on estimates for countries without a value in that year.' as caveat
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
