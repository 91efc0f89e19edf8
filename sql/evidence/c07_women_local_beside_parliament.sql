-- name: c07_women_local_beside_parliament
-- grain: area, year
-- depends: evidence.c07_women_in_government
-- why: whether local government is ahead of parliament: share of women there minus share here, of
--   the same area, year, release and definition. Rounded to ten decimals, which takes away the noise of the
--   subtraction alone.
select
    council.area_code,
    council.year,
    round(council.value - parliament.value, 10) as value,
    'computed' as basis,
    council.definition,
    council.release
from evidence.c07_women_in_government as council
inner join evidence.c07_women_in_government as parliament
    on parliament.area_code = council.area_code
    and parliament.year = council.year
    and parliament.release = council.release
    and parliament.definition is not distinct from council.definition
where council.dimensions['body'] = 'local government'
    and parliament.dimensions['body'] = 'parliament'
    and council.censoring is null
    and parliament.censoring is null
