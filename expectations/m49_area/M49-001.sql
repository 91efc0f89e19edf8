-- rule: M49-001
-- severity: warning
-- why: The list of this version has 248 countries and areas; the standard changes with the world, so look and then
--   change this number.
-- fix: Compare with the M49 standard, then change the number in this rule.
select
    dataset_id,
    release,
    count(*) as n_areas
from staging.m49_area
group by dataset_id, release, snapshot_sha256
having n_areas <> 248
order by all
