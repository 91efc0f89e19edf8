-- rule: UNSD-TGT-001
-- severity: warning
-- why: The 2030 Agenda has 169 targets: another number means a list cut off or read twice.
-- fix: Pull the list of targets again.
select
    dataset_id,
    release,
    count(distinct target_code) as n_targets
from staging.target
group by dataset_id, release
having count(distinct target_code) <> 169
order by dataset_id, release
