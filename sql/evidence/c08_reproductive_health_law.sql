-- name: c08_reproductive_health_law
-- grain: area, year
-- depends: core.latest_breakdown
-- why: what the law guarantees, before any service is asked for.
select area_code, year, dimensions, value, censoring, lower_bound, upper_bound, release
from core.latest_breakdown
where series_code = 'SH_LGR_ACSRHE'
    and breakdown = ''
