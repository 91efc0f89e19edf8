-- name: c14_early_learning
-- grain: area, year, breakdown
-- depends: core.latest_breakdown
-- why: whether children learn before school begins.
select area_code, year, dimensions, value, censoring, lower_bound, upper_bound, release
from core.latest_breakdown
where series_code = 'SE_PRE_PARTN'
