-- name: c07_women_in_government
-- grain: area, year, breakdown (body)
-- depends: core.latest_breakdown
-- why: local councils are where women enter politics: local government beside parliament.
with bodies as (
    select
        named.series_code,
        named.body
    from (
        values
            ('SG_GEN_LOCGELS', 'local government'),
            ('SG_GEN_PARL', 'parliament')
    ) as named (series_code, body)
)
select
    source.area_code,
    source.year,
    map {'body': bodies.body} as dimensions,
    source.value,
    source.censoring,
    source.release
from core.latest_breakdown as source
inner join bodies on bodies.series_code = source.series_code
where source.breakdown = ''
