-- name: c08_informed_decisions
-- grain: area, year, breakdown
-- depends: core.latest_breakdown
-- why: whether women decide themselves on relations, contraception and health care.
select area_code, year, dimensions, value, censoring, lower_bound, upper_bound, release
from core.latest_breakdown
where series_code = 'SH_FPL_INFM'
