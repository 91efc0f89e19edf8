-- name: page_own_targets
-- grain: local government, local indicator, target
-- depends: evidence.local_progress
-- why: the targets that a local government set itself and how far it is, for its profile on the page.
select
    cast(p.local_government_id as varchar) as local_government_id,
    cast(p.title as varchar) as title,
    cast(p.unit as varchar) as unit,
    cast(p.target_value as double) as target_value,
    cast(p.target_year as integer) as target_year,
    cast(p.latest_value as double) as latest_value,
    cast(p.latest_year as integer) as latest_year,
    cast(p.status as varchar) as status
from evidence.local_progress as p
where p.status not in ('insufficient data', 'not assessed')
order by p.local_government_id, p.local_indicator_id, p.sequence, p.label
