-- One series of one area by sex, age and place of residence
-- why: The latest year; the total is among the rows. Each row is a group of people, not a part of a sum.
-- values: series_code=SH_SAN_SAFE&area_code=001
select o.year, o.sex, o.age, o.location, o.breakdown, o.value, o.unit, o.definition, o.release, o.dataset_id
from observation as o
where
    o.series_code = :series_code and o.area_code = :area_code
    and o.year = (
        select max(n.year)
        from observation as n
        where n.series_code = :series_code and n.area_code = :area_code and n.value is not null
    )
order by o.is_total desc, o.breakdown
