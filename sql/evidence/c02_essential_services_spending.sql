-- name: c02_essential_services_spending
-- grain: area, year
-- depends: core.latest_breakdown
-- why: whether public money goes to a service that the poor need. The code is named after all
--   essential services; the series counts education alone.
select area_code, year, dimensions, value, censoring, lower_bound, upper_bound, release
from core.latest_breakdown
where series_code = 'SD_XPD_ESED'
    and breakdown = ''
