-- name: c05_years_of_data
-- grain: indicator
-- depends: core.local_indicator, core.own_indicator
-- why: how long the series are that local governments have of their own: the years of the
--   government with most of them. The year is that of the pull.
select
    '001' as area_code,
    pull.year,
    map {'indicator': own.indicator_code} as dimensions,
    max(own.n_years) as value,
    count(distinct own.area_code) as n_areas,
    'computed' as basis,
    pull.release
from core.own_indicator as own
cross join ($shared_local_pull) as pull
group by own.indicator_code, pull.year, pull.release
