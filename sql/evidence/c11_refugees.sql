-- name: c11_refugees
-- grain: area, year
-- depends: core.latest_breakdown
-- why: who had to leave, by the country that they left: cities elsewhere take them in.
select area_code, year, dimensions, value, censoring, lower_bound, upper_bound, release
from core.latest_breakdown
where series_code = 'SM_POP_REFG_OR'
    and breakdown = ''
