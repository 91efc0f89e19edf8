-- name: c07_water_participation
-- grain: area, year, breakdown (field)
-- depends: core.latest_breakdown
-- why: water is where people and communities most often have a say in a local service. Rural
--   drinking water and the management of water resources are two questions of one survey, with
--   other definitions: two breakdowns, never one line.
with fields as (
    select
        named.series_code,
        named.field
    from (
        values
            ('ER_H2O_PARTIC', 'rural drinking water'),
            ('ER_WAT_PARTIC', 'water resources')
    ) as named (series_code, field)
)
select
    source.area_code,
    source.year,
    map {'field': fields.field} as dimensions,
    source.value,
    source.censoring,
    source.release
from core.latest_breakdown as source
inner join fields on fields.series_code = source.series_code
where source.breakdown = ''
