-- name: c12_strategies
-- grain: area, year
-- depends: core.latest_breakdown
-- why: the number behind the share: local governments with a strategy of their own.
select area_code, year, dimensions, value, censoring, lower_bound, upper_bound, release
from core.latest_breakdown
where series_code = 'SG_DSR_SILN'
    and breakdown = ''
