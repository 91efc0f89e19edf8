-- name: c09_energy
-- grain: area, year, breakdown (energy, location)
-- depends: core.latest_breakdown
-- why: light and a clean kitchen are two services, each with its own share. The older code EG_ELC_ACCS
--   stands under its newer name.
with kinds as (
    select
        named.series_code,
        named.kind
    from (
        values
            ('EG_ACS_ELEC', 'electricity'),
            ('EG_EGY_CLEAN', 'clean fuels')
    ) as named (series_code, kind)
)
select
    source.area_code,
    source.year,
    map_from_entries(
        list_prepend({'key': 'energy', 'value': kinds.kind}, map_entries(source.dimensions))
    ) as dimensions,
    source.value,
    source.censoring,
    source.lower_bound,
    source.upper_bound,
    source.release
from core.latest_breakdown as source
inner join kinds on kinds.series_code = source.series_code
