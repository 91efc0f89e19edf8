-- name: c05_indicators_reported
-- grain: goal
-- depends: core.indicator, core.local_indicator, core.own_indicator
-- why: official indicators with own numbers, no placeholders, of at least one local government, of
--   the official list; by goal. The list counts an indicator under each of its codes (1.5.1,
--   11.5.1 and 13.1.1 are one). The year is that of the pull.
with cut as (
    select indicator_code, null as goal_code from core.indicator
    union all
    select indicator_code, goal_code from core.indicator
)
select
    '001' as area_code,
    pull.year,
    map {'goal': cut.goal_code} as dimensions,
    count(distinct own.indicator_code) as value,
    count(distinct own.area_code) as n_areas,
    count(distinct cut.indicator_code) as n_total,
    'official indicators' as denominator,
    'computed' as basis,
    pull.release
from cut
cross join ($shared_local_pull) as pull
left join core.own_indicator as own on own.indicator_code = cut.indicator_code
where pull.n_governments > 0
group by cut.goal_code, pull.year, pull.release
