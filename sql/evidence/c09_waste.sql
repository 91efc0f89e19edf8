-- name: c09_waste
-- grain: area, year, breakdown (city)
-- depends: core.latest_breakdown
-- why: waste is collected by local governments: most rows are single cities, as 'cities=LOME'.
select area_code, year, dimensions, value, censoring, lower_bound, upper_bound, release
from core.latest_breakdown
where series_code = 'EN_REF_WASCOL'
