-- name: c05_years_of_data
-- grain: indicator
-- depends: core.local_indicator, core.own_indicator
-- why: how long the series are that local governments have of their own: the years of the
--   government with most of them. The year is that of the pull.
-- coverage: own
-- every government with a site at hand, whether it has own numbers or not
with stamp as (
    select
        max(cast(regexp_extract(release, '@([0-9]{4})', 1) as integer)) as year,
        max(regexp_extract(release, '@(.+)$', 1)) as pulled,
        count(distinct local_government_id) as n_governments
    from core.local_indicator
),
final as (
    select
        '001' as area_code,
        s.year,
        'indicator=' || own.indicator_code as breakdown,
        max(own.n_years) as value,
        count(distinct own.area_code) as n_areas,
        100.0 * count(distinct own.local_government_id) / s.n_governments as coverage_pct,
        s.n_governments || ' local governments, newest pull ' || s.pulled as release
    from core.own_indicator as own
    cross join stamp as s
    group by own.indicator_code, s.year, s.pulled, s.n_governments
)
select
    cast(area_code as varchar) as area_code,
    cast(year as integer) as year,
    cast(breakdown as varchar) as breakdown,
    cast(value as double) as value,
    cast(null as varchar) as censoring,
    cast(null as double) as lower_bound,
    cast(null as double) as upper_bound,
    cast(n_areas as bigint) as n_areas,
    cast(coverage_pct as double) as coverage_pct,
    cast('computed' as varchar) as basis,
    cast(release as varchar) as release,
    cast('The longest series of any local government at hand, gaps in it not counted; coverage_pct is the share of governments that report the indicator.' as varchar) as caveat,
    cast(null as varchar) as local_government_id
from final
