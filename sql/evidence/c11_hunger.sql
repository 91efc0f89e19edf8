-- name: c11_hunger
-- grain: area, year
-- depends: core.latest_breakdown
-- why: hunger is where conflict, climate and prices meet.
select area_code, year, dimensions, value, censoring, lower_bound, upper_bound, release
from core.latest_breakdown
where series_code = 'SN_ITK_DEFC'
    and breakdown = ''
