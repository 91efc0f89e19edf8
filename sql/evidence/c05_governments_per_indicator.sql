-- name: c05_governments_per_indicator
-- grain: indicator
-- depends: core.local_indicator, core.own_indicator
-- why: how many local governments report an official indicator with numbers of their own. n_total
--   is all governments with a site at hand. The year is that of the pull.
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
        count(distinct own.local_government_id) as value,
        count(distinct own.area_code) as n_areas,
        s.n_governments as n_total,
        s.n_governments || ' local governments, newest pull ' || s.pulled as release
    from core.own_indicator as own
    cross join stamp as s
    group by own.indicator_code, s.year, s.pulled, s.n_governments
)
select
    area_code, year, dimensions, value, n_areas, n_total, 'local governments' as denominator,
    'computed' as basis, release
from final
