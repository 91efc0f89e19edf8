-- rule: M49-002
-- severity: warning
-- why: The list of this version has 45 Least Developed Countries; countries graduate, so look and then change this
--   number.
-- fix: Compare with the UN list of Least Developed Countries, then change the number in this rule.
select
    dataset_id,
    release,
    count(*) filter (is_ldc) as n_ldc
from staging.m49_area
group by dataset_id, release, snapshot_sha256
having n_ldc <> 45
order by all
