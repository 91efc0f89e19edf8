-- name: register
-- grain: breakdown of one register
-- depends: core.action_dataset, core.area, core.local_government, evidence.metric, evidence.metric_value
-- why: counts of records of one area, or one local government, and one register, because registers are unlike and
--   are never added: $register where the area has records of it, else (unless $is_only) the one with the most.
--   $held and $dimensions pick the breakdowns, $picked some values of the last dimension, in that order; of years
--   the newest $max_age are drawn. n_found is how many records of the register are available.
with counted as (
    select
        v.* exclude (local_government_id),
        v.dimensions['dataset'] as dataset_id,
        coalesce(v.dimensions['goal'], v.area_code) as code,
        a.name,
        m.unit,
        v.dimensions[$dimensions[1]] as first_part,
        v.dimensions[$dimensions[-1]] as last_part
    from evidence.metric_value as v
    inner join evidence.metric as m on m.metric_id = v.metric_id
    left join core.area as a on a.area_code = v.area_code
    where list_contains($metrics, v.metric_id)
        and (v.area_code = $area and v.local_government_id is null or v.local_government_id = $area)
        and list_sort(map_keys(v.dimensions)) = list_sort(list_concat(map_keys($held), $dimensions, ['dataset']))
        and list_has_all(map_entries(v.dimensions), map_entries($held))
        and v.value is not null
),
one_register as (
    select dataset_id
    from counted
    where dataset_id = $register or not $is_only
    group by dataset_id
    order by dataset_id = $register desc, max(n_total) desc, dataset_id
    limit 1
)
select
    c.*,
    d.title as register,
    d.attribution,
    if($area in (select g.local_government_id from core.local_government as g), c.n_total, d.n_actions) as n_found
from counted as c
inner join one_register as o on o.dataset_id = c.dataset_id
inner join core.action_dataset as d on d.dataset_id = c.dataset_id
where c.year > (select max(n.year) from counted as n where n.dataset_id = c.dataset_id) - $max_age
    and (len($picked) = 0 or list_contains($picked, c.last_part))
    and (len($goals) = 0 or list_contains($goals, c.dimensions['goal']))
-- goals, numbers and years in their order, whatever is left by how often it occurs
order by
    try_cast(split_part(c.first_part, ' ', 1) as integer),
    if(len($dimensions) = 1 and len($picked) = 0, 0, list_position($picked, c.last_part)),
    c.year,
    c.value desc,
    c.breakdown
limit $most
