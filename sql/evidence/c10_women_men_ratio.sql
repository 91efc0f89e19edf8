-- name: c10_women_men_ratio
-- grain: area, year, breakdown (work, age, location)
-- depends: evidence.c10_unpaid_work
-- why: how many times as long women work unpaid as men do: the same area, year, release, work, age and
--   location. Where men have no time at all there is no ratio.
select
    women.area_code, women.year,
    map_concat(women.dimensions, map {'sex': cast(null as varchar)}) as dimensions,
    women.value / men.value as value, 'computed' as basis, women.definition, women.release
from evidence.c10_unpaid_work as women
inner join evidence.c10_unpaid_work as men
    on men.area_code = women.area_code
    and men.year = women.year
    and men.release = women.release
    and men.definition is not distinct from women.definition
    and men.dimensions = map_concat(women.dimensions, map {'sex': 'MALE'})
where women.dimensions['sex'] = 'FEMALE'
    and men.value > 0
    and women.censoring is null
    and men.censoring is null
