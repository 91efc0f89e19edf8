-- name: c14_youth_neet
-- grain: area, year, breakdown
-- depends: core.latest_breakdown
-- why: who is neither learning nor working at 15 to 24. Countries that report another age have it as
--   a breakdown.
select area_code, year, dimensions, value, censoring, lower_bound, upper_bound, release
from core.latest_breakdown
where series_code = 'SL_TLF_NEET'
