-- name: c09_care
-- grain: area, year, breakdown (sex, age, location)
-- depends: evidence.c10_unpaid_work
-- why: where public care is missing, families give it unpaid. Care and chores together.
select
    area_code, year,
    map_concat(dimensions, map {'work': cast(null as varchar)}) as dimensions,
    value, censoring, definition, release
from evidence.c10_unpaid_work
where dimensions['work'] = 'all'
