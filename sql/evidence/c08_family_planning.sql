-- name: c08_family_planning
-- grain: area, year, breakdown
-- depends: core.latest_breakdown
-- why: whether women can decide on the number of their children.
select area_code, year, dimensions, value, censoring, lower_bound, upper_bound, release
from core.latest_breakdown
where series_code = 'SH_FPL_MTMM'
