-- rule: UNSD-OBS-021
-- severity: warning
-- why: One area code with two names in a release may be two areas, as when five-digit codes are cut to three.
-- fix: Compare both names with M49; download the file again if codes were cut.
select
    dataset_id,
    release,
    area_code,
    count(*) as n_names,
    min(area_name) as first_name,
    max(area_name) as last_name
from (
    select distinct dataset_id, release, area_code, area_name
    from staging.observation
    where area_name is not null
) as named
group by dataset_id, release, area_code
having count(*) > 1
order by dataset_id, release, area_code
