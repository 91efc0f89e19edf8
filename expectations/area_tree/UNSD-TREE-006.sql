-- rule: UNSD-TREE-006
-- severity: critical
-- why: An entry that is twice in one place would count its country twice.
-- fix: Pull the release again; if the entry stays, report it to the publisher.
select
    dataset_id,
    release,
    snapshot_sha256,
    root_name,
    area_code,
    parent_code,
    count(*) as n_rows
from staging.area_tree
group by dataset_id, release, snapshot_sha256, root_name, area_code, parent_code
having count(*) > 1
order by all
