-- name: c14_child_protection
-- grain: area, year, breakdown
-- depends: core.latest_breakdown
-- why: whether the systems that protect reach children.
select area_code, year, dimensions, value, censoring, lower_bound, upper_bound, release
from core.latest_breakdown
where series_code = 'SI_COV_CHLD'
