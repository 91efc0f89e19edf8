-- shared action_places: where actions count
-- grain: action, place
-- depends: core.action_place
-- why: the year is that of the newest records: an action's own can be that of its deadline, or missing
select
    action_id, area_code, local_government_id, country_code, release,
    max(cast(regexp_extract(release, '(?:^|@)([0-9]{4})', 1) as integer)) over () as year
from core.action_place
