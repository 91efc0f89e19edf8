-- rule: UNSD-AREA-002
-- severity: warning
-- why: A list of areas without the World (001) was cut off or its codes were not padded.
-- fix: Download the list of areas again, with codes of three digits (001).
select
    dataset_id,
    release,
    count(*) as n_areas
from staging.area
group by dataset_id, release
having not bool_or(area_code = '001')
order by dataset_id, release
