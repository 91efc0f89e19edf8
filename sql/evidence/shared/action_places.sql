-- shared action_places: where actions count, each beside the year that its register is as of
-- grain: action, place
-- depends: core.action_dataset, core.action_place
-- why: an action's own year can be that of its deadline, or missing
select
    p.action_id, p.dataset_id, p.area_code, p.local_government_id, p.country_codes, p.release, year(d.as_of) as year
from core.action_place as p
join core.action_dataset as d on d.dataset_id = p.dataset_id
