-- name: c08_slum_dwellers
-- grain: area, year
-- depends: core.latest_breakdown
-- why: where a city grows faster than its housing. The share is of the urban population.
select area_code, year, dimensions, value, censoring, lower_bound, upper_bound, release
from core.latest_breakdown
where series_code = 'EN_LND_SLUM'
    and breakdown = ''
