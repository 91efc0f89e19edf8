-- name: c01_multidimensional_poverty
-- grain: area, year, breakdown
-- depends: core.latest_breakdown
-- why: poverty is more than income. One dimension is broken down at a time, and only where the
--   country publishes it: sex over all ages, age over both sexes.
select area_code, year, dimensions, value, censoring, lower_bound, upper_bound, release
from core.latest_breakdown
where series_code = 'SD_MDP_MUHC'
    and (breakdown = '' or dimensions['sex'] is not null or dimensions['age'] is not null)
