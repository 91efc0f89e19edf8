-- name: c06_framework_answers
-- grain: area, year
-- depends: core.latest_breakdown
-- why: what each country reported of 17.16.1: progress in a framework of many actors that follows how
--   effective development work is. 1 is yes, 0 is no; what the UN publishes for a group is its number.
select area_code, year, value, censoring, release
from core.latest_breakdown
where series_code = 'SG_PLN_MSTKSDG' and breakdown = ''
