-- name: c05_governments_per_indicator
-- grain: indicator
-- depends: core.local_indicator, core.own_indicator
-- why: how many local governments report an official indicator with numbers of their own. n_total
--   is all governments with a site available. The year is that of the pull.
select
    '001' as area_code,
    pull.year,
    map {'indicator': own.indicator_code} as dimensions,
    count(distinct own.local_government_id) as value,
    count(distinct own.area_code) as n_areas,
    pull.n_governments as n_total,
    'local governments' as denominator,
    'computed' as basis,
    pull.release
from core.own_indicator as own
cross join ($shared_local_pull) as pull
group by own.indicator_code, pull.year, pull.n_governments, pull.release
