-- name: c11_disaster_deaths
-- grain: area, year
-- depends: core.latest_breakdown
-- why: the lives that disasters cost. A rate: it is not added over countries, because the people it
--   refers to are not in the data.
select area_code, year, dimensions, value, censoring, lower_bound, upper_bound, release
from core.latest_breakdown
where series_code = 'VC_DSR_MTMP'
    and breakdown = ''
