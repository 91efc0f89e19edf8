-- name: c08_births_registered
-- grain: area, year, breakdown
-- depends: core.latest_breakdown
-- why: who is not registered is not planned for. The total is children under five; countries that
--   report another age have it as a breakdown.
select area_code, year, dimensions, value, censoring, lower_bound, upper_bound, release
from core.latest_breakdown
where series_code = 'SG_REG_BRTH'
