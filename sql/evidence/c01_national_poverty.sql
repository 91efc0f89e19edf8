-- name: c01_national_poverty
-- grain: area, year, breakdown
-- depends: core.latest_breakdown
-- why: each country's own line is what its policy answers to. Urban and rural are of both sexes
--   and all ages.
select area_code, year, dimensions, value, censoring, lower_bound, upper_bound, release
from core.latest_breakdown
where series_code = 'SI_POV_NAHC'
    and (breakdown = '' or dimensions['location'] is not null)
