-- name: c01_extreme_poverty
-- grain: area, year
-- depends: core.latest_breakdown
-- why: the headline of the first goal. The UN's own figures for the World and regions stay as
--   published: they rest on more than the countries that have a value in the year.
select area_code, year, dimensions, value, censoring, lower_bound, upper_bound, release
from core.latest_breakdown
where series_code = 'SI_POV_DAY1'
    and breakdown = ''
