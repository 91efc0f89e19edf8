-- name: c09_sanitation
-- grain: area, year, breakdown (level, location)
-- depends: core.latest_breakdown
-- why: two steps of one ladder: safely managed sanitation is counted in basic sanitation, so the two
--   are never added.
with kinds as (
    select
        named.series_code,
        named.kind
    from (
        values
            ('SP_ACS_BSRVSAN', 'basic'),
            ('SH_SAN_SAFE', 'safely managed')
    ) as named (series_code, kind)
)
select
    source.area_code,
    source.year,
    map_from_entries(
        list_prepend({'key': 'level', 'value': kinds.kind}, map_entries(source.dimensions))
    ) as dimensions,
    source.value,
    source.censoring,
    source.lower_bound,
    source.upper_bound,
    source.release
from core.latest_breakdown as source
inner join kinds on kinds.series_code = source.series_code
