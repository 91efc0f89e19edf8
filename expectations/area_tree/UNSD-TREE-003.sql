-- rule: UNSD-TREE-003
-- severity: warning
-- why: Countries, regions and groupings share one code space and only the type tells them apart: a new type is
--   counted as neither.
-- fix: Look at the new type, then add it to sql/core/area.sql and to this rule.
select
    release,
    root_name,
    area_code,
    area_name,
    area_type
from staging.area_tree
where area_type not in ('Country', 'Region', 'Other areas', 'Major Fishing Areas')
order by all
