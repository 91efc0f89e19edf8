-- name: c11_air
-- grain: area, year, breakdown
-- depends: core.latest_breakdown
-- why: the air of a city is a crisis that does not pass. The total is of town and country.
select area_code, year, dimensions, value, censoring, lower_bound, upper_bound, release
from core.latest_breakdown
where series_code = 'EN_ATM_PM25'
