-- rule: M49-004
-- severity: warning
-- why: The list of this version has 53 Small Island Developing States; look and then change this number.
-- fix: Compare with the UN list of Small Island Developing States, then change the number in this rule.
select
    dataset_id,
    release,
    count(*) filter (is_sids) as n_sids
from staging.m49_area
group by dataset_id, release, snapshot_sha256
having n_sids <> 53
order by all
