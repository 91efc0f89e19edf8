-- template one_series: the rows of one UN series, as core.latest_breakdown has them
-- grain: area, year, breakdown
-- depends: core.latest_breakdown
-- why: most metrics show a published series as it is. The registry names the series and, in $breakdowns,
--   the dimensions to show beside the total: null is every dimension, an empty list the total alone.
select area_code, year, dimensions, value, censoring, lower_bound, upper_bound, definition, release
from core.latest_breakdown
where series_code in $series_codes
    and ($breakdowns is null or list_has_all($breakdowns, map_keys(dimensions)))
