-- name: c09_health
-- grain: area, year
-- depends: core.latest_breakdown
-- why: health is the service that the event names first. An index of fourteen services, no share.
select area_code, year, dimensions, value, censoring, lower_bound, upper_bound, release
from core.latest_breakdown
where series_code = 'SH_ACS_UNHC'
    and breakdown = ''
