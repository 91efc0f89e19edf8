-- name: c09_urban_rural_gap
-- grain: area, year, breakdown (service, its breakdown)
-- depends: evidence.c09_care, evidence.c09_education, evidence.c09_energy, evidence.c09_internet_use,
--   evidence.c09_public_transport, evidence.c09_sanitation, evidence.c09_social_services, evidence.c09_water
-- why: whether a service is provided fairly: urban minus rural, of the same area, year, release,
--   definition and breakdown. A plus is a lead of the town. Care is time that people spend, not a service they
--   get. Censored values have no difference. Rounded to ten decimals, which takes away the noise
--   of the subtraction alone.
with services as (
    select 'care' as service, area_code, year, dimensions, value, censoring, definition, release
    from evidence.c09_care
    union all
    select 'education' as service, area_code, year, dimensions, value, censoring, definition, release
    from evidence.c09_education
    union all
    select 'energy' as service, area_code, year, dimensions, value, censoring, definition, release
    from evidence.c09_energy
    union all
    select 'internet' as service, area_code, year, dimensions, value, censoring, definition, release
    from evidence.c09_internet_use
    union all
    select 'public transport' as service, area_code, year, dimensions, value, censoring, definition, release
    from evidence.c09_public_transport
    union all
    select 'sanitation' as service, area_code, year, dimensions, value, censoring, definition, release
    from evidence.c09_sanitation
    union all
    select 'social services' as service, area_code, year, dimensions, value, censoring, definition, release
    from evidence.c09_social_services
    union all
    select 'water' as service, area_code, year, dimensions, value, censoring, definition, release
    from evidence.c09_water
),
-- without the location, the two sides of a gap have the same dimensions
sides as (
    select
        service,
        area_code,
        year,
        list_filter(map_entries(dimensions), lambda entry: entry['key'] <> 'location') as rest,
        dimensions['location'] as side,
        value,
        definition,
        release
    from services
    where censoring is null and dimensions['location'] in ('URBAN', 'RURAL')
)
select
    urban.area_code,
    urban.year,
    map_from_entries(list_prepend({'key': 'service', 'value': urban.service}, urban.rest)) as dimensions,
    round(urban.value - rural.value, 10) as value,
    'computed' as basis,
    urban.definition,
    urban.release
from sides as urban
inner join sides as rural
    on rural.service = urban.service
    and rural.area_code = urban.area_code
    and rural.year = urban.year
    and rural.rest = urban.rest
    and rural.release = urban.release
    and rural.definition is not distinct from urban.definition
where urban.side = 'URBAN'
    and rural.side = 'RURAL'
