-- name: c13_conflict_deaths
-- grain: area, year, breakdown
-- depends: core.latest_breakdown
-- why: civilians killed in conflict. One dimension at a time: sex, age or cause.
select area_code, year, dimensions, value, censoring, lower_bound, upper_bound, release
from core.latest_breakdown
where series_code = 'VC_DTH_TOCVN'
