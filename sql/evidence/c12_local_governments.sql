-- name: c12_local_governments
-- grain: area, year
-- depends: core.latest_breakdown
-- why: the denominator: how many local governments a country says it has.
select area_code, year, dimensions, value, censoring, lower_bound, upper_bound, release
from core.latest_breakdown
where series_code = 'SG_GOV_LOGV'
    and breakdown = ''
