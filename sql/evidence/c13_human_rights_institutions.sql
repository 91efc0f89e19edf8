-- name: c13_human_rights_institutions
-- grain: area, year
-- depends: core.latest_breakdown
-- why: an independent institution is where a right can be claimed. The share is of countries.
select area_code, year, dimensions, value, censoring, lower_bound, upper_bound, release
from core.latest_breakdown
where series_code = 'SG_NHR_IMPL'
    and breakdown = ''
