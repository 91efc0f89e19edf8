-- name: c09_mobile_4g
-- grain: area, year, breakdown
-- depends: core.latest_breakdown
-- why: of digitalization, the side of networks: who could use the internet on the move.
select area_code, year, dimensions, value, censoring, lower_bound, upper_bound, release
from core.latest_breakdown
where series_code = 'IT_MOB_4GNTWK'
