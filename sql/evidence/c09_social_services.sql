-- name: c09_social_services
-- grain: area, year, breakdown
-- depends: core.latest_breakdown
-- why: of care and social services, the cash side: who is reached by at least one benefit.
select area_code, year, dimensions, value, censoring, lower_bound, upper_bound, release
from core.latest_breakdown
where series_code = 'SI_COV_BENFTS'
