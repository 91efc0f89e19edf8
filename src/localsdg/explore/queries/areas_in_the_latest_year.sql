-- All countries in their latest year of one series
-- why: Each country with the year of its value: years differ, and so may definitions.
-- values: series_code=SI_POV_DAY1
with latest as (
    select o.area_code, max(o.year) as year
    from observation as o
    where o.series_code = :series_code and o.is_total and o.value is not null
    group by o.area_code
)
select a.name as country, o.year, o.value, o.unit, o.definition, o.nature, o.release, o.dataset_id
from latest as l
join observation as o
    on o.series_code = :series_code and o.area_code = l.area_code and o.year = l.year and o.is_total
join area as a on a.area_code = o.area_code
where a.kind = 'country' and o.value is not null
order by o.definition, o.value desc, country
