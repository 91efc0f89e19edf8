-- rule: M49-003
-- severity: warning
-- why: The list of this version has 32 Landlocked Developing Countries; look and then change this number.
-- fix: Compare with the UN list of Landlocked Developing Countries, then change the number in this rule.
select
    dataset_id,
    release,
    count(*) filter (is_lldc) as n_lldc
from staging.m49_area
group by dataset_id, release, snapshot_sha256
having n_lldc <> 32
order by all
