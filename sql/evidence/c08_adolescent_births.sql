-- name: c08_adolescent_births
-- grain: area, year, breakdown
-- depends: core.latest_breakdown
-- why: early births are the clearest sign that girls lack choices. The total is ages 15 to 19.
select area_code, year, dimensions, value, censoring, lower_bound, upper_bound, release
from core.latest_breakdown
where series_code = 'SP_DYN_ADKL'
