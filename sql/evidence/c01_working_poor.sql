-- name: c01_working_poor
-- grain: area, year, breakdown
-- depends: core.latest_breakdown
-- why: work does not always lift people out of poverty. One dimension is broken down at a time:
--   sex over all ages (15 and over), age over both sexes.
select area_code, year, dimensions, value, censoring, lower_bound, upper_bound, release
from core.latest_breakdown
where series_code = 'SI_POV_EMP1'
    and (breakdown = '' or dimensions['sex'] is not null or dimensions['age'] is not null)
