-- rule: M49-006
-- severity: warning
-- why: An ISO alpha-3 code names one country of a list: local sites are matched to their country by it, and the
--   first of two has it.
-- fix: Correct the code in the list of countries.
select
    dataset_id,
    release,
    iso3,
    string_agg(area_code, ', ' order by area_code) as area_codes
from staging.m49_area
where iso3 is not null
group by dataset_id, release, snapshot_sha256, iso3
having count(*) > 1
order by all
