-- name: c13_homicide
-- grain: area, year, breakdown
-- depends: core.latest_breakdown
-- why: the plainest measure of violence in a community. Releases up to 2020 give women and men and
--   no total: no mean is made of the two, because the people they refer to are not in the data.
select area_code, year, dimensions, value, censoring, lower_bound, upper_bound, release
from core.latest_breakdown
where series_code = 'VC_IHR_PSRC'
