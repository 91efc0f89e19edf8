-- name: c12_strategy_share
-- grain: area, year
-- depends: core.latest_breakdown
-- why: the one UN series that counts local governments themselves.
select area_code, year, dimensions, value, censoring, lower_bound, upper_bound, release
from core.latest_breakdown
where series_code = 'SG_DSR_SILS'
    and breakdown = ''
