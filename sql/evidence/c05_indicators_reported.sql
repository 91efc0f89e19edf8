-- name: c05_indicators_reported
-- grain: goal
-- depends: core.indicator, core.local_indicator, core.own_indicator
-- why: official indicators with own numbers, no placeholders, of at least one local government, of
--   the official list; by goal. The list counts an indicator under each of its codes (1.5.1,
--   11.5.1 and 13.1.1 are one). The year is that of the pull.
-- every government with a site at hand, whether it has own numbers or not
with stamp as (
    select
        max(cast(regexp_extract(release, '@([0-9]{4})', 1) as integer)) as year,
        max(regexp_extract(release, '@(.+)$', 1)) as pulled,
        count(distinct local_government_id) as n_governments
    from core.local_indicator
),
cut as (
    select indicator_code, null as goal_code from core.indicator
    union all
    select indicator_code, goal_code from core.indicator
),
final as (
    select
        '001' as area_code,
        s.year,
        map {'goal': c.goal_code} as dimensions,
        count(distinct own.indicator_code) as value,
        count(distinct own.area_code) as n_areas,
        count(distinct c.indicator_code) as n_total,
        s.n_governments || ' local governments, newest pull ' || s.pulled as release
    from cut as c
    cross join stamp as s
    left join core.own_indicator as own on own.indicator_code = c.indicator_code
    where s.n_governments > 0
    group by c.goal_code, s.year, s.pulled, s.n_governments
)
select
    area_code, year, dimensions, value, n_areas, n_total, 'official indicators' as denominator,
    'computed' as basis, release
from final
