-- rule: UNSD-AREA-002
-- severity: warning
-- why: A list of areas without the World (001) was cut off or its codes were not padded.
select
    release,
    count(*) as n_areas
from staging.area
group by release
having not bool_or(area_code = '001')
order by release
