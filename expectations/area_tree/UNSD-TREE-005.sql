-- rule: UNSD-TREE-005
-- severity: critical
-- why: An entry whose parent is not in the same division belongs to no region.
-- fix: Pull the release again; if the entry stays, report it to the publisher.
select
    release,
    root_name,
    area_code,
    area_name,
    parent_code
from staging.area_tree
where parent_code is not null
    and (dataset_id, release, root_name, parent_code) not in (
        select (dataset_id, release, root_name, area_code)
        from staging.area_tree
    )
order by all
