-- name: c05_years_of_data
-- grain: indicator
-- depends: core.local_indicator, core.own_indicator
-- why: how long the series are that local governments have of their own: the years of the
--   government with most of them. The year is that of the pull.
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
        map {'indicator': own.indicator_code} as dimensions,
        max(own.n_years) as value,
        count(distinct own.area_code) as n_areas,
        s.n_governments || ' local governments, newest pull ' || s.pulled as release
    from core.own_indicator as own
    cross join stamp as s
    group by own.indicator_code, s.year, s.pulled, s.n_governments
)
select area_code, year, dimensions, value, n_areas, 'computed' as basis, release
from final
