-- template labelled_series: the rows of several UN series, each with its label in a dimension of its own
-- grain: area, year, breakdown (the label; what the series is broken down by)
-- depends: core.latest_breakdown
-- why: series of one kind are set side by side, such as women in councils and in parliament. The registry
--   names each series with its label in $series and the dimension of the labels in $label. $breakdowns are
--   the dimensions to show beside the total: null is every dimension, an empty list the total alone.
select
    area_code,
    year,
    map_concat(map {$label: $series[series_code]}, dimensions) as dimensions,
    value,
    censoring,
    lower_bound,
    upper_bound,
    definition,
    release
from core.latest_breakdown
where series_code in $series_codes
    and ($breakdowns is null or list_has_all($breakdowns, map_keys(dimensions)))
