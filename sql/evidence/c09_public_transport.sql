-- name: c09_public_transport
-- grain: area, year, breakdown (city)
-- depends: core.latest_breakdown
-- why: a stop within walking distance is a service that only a city can give.
select area_code, year, dimensions, value, censoring, lower_bound, upper_bound, release
from core.latest_breakdown
where series_code = 'SP_TRN_PUBL'
