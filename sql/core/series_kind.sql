-- core.series_kind: what the values of a series are, by a reviewed list.
-- grain: series
-- depends: registry_kinds
-- why: whether a total may exceed its parts cannot be seen from its unit: a ratio of girls to boys is in
--      no range of its parts, a number of three years may be their sum or their mean.
select
    series_code,
    value_kind,
    if(dimensions = '', [], string_split(dimensions, ';')) as part_dimensions,
    cast(nullif(tolerance, '') as double) as tolerance,
    nullif(counts, '') as counts,
    several_years,
    reason
from registry_kinds
order by series_code
