-- name: c09_internet_use
-- grain: area, year, breakdown
-- depends: core.latest_breakdown
-- why: of digitalization, the side of people: who uses the internet.
select area_code, year, dimensions, value, censoring, lower_bound, upper_bound, release
from core.latest_breakdown
where series_code = 'IT_USE_ii99'
