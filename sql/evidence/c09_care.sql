-- name: c09_care
-- grain: area, year, breakdown (sex, age, location)
-- depends: evidence.c10_unpaid_work
-- why: where public care is missing, families give it unpaid. Care and chores together.
select
    area_code,
    year,
    replace(breakdown, 'work=all; ', '') as breakdown,
    value,
    censoring,
    release
from evidence.c10_unpaid_work
where breakdown like 'work=all; %'
