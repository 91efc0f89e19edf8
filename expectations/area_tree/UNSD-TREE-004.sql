-- rule: UNSD-TREE-004
-- severity: critical
-- why: M49 codes have three digits, a provider's own groups five: any other text meets no observation.
-- fix: Pull the release again; if the codes stay, report them to the publisher.
select
    release,
    root_name,
    area_code,
    area_name
from staging.area_tree
where not regexp_full_match(area_code, '[0-9]{3,5}')
order by all
