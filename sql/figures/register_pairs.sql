-- name: register_pairs
-- grain: pair of goals or of kinds of actors, of one register
-- depends: core.action_dataset, core.area, evidence.metric, evidence.metric_value
-- why: how many records of one area and one register have both parts of a pair; the register as in register.sql.
--   Goals are in their order, kinds by how many pairs they are in, so that the fullest cells are side by side; across
--   is the part that comes first. Kinds that say nothing of who acts are left out. n_found is how many records the
--   register has.
with picked as (
    select
        v.* exclude (local_government_id),
        v.dimensions['dataset'] as dataset_id,
        v.area_code as code,
        a.name,
        m.unit,
        split_part(v.dimensions['pair'], '+', 1) as one,
        split_part(v.dimensions['pair'], '+', 2) as other
    from evidence.metric_value as v
    inner join evidence.metric as m on m.metric_id = v.metric_id
    left join core.area as a on a.area_code = v.area_code
    where list_contains($metrics, v.metric_id)
        and v.area_code = $area
        and list_sort(map_keys(v.dimensions)) = list_sort(list_concat(map_keys($held), ['dataset', 'pair']))
        and list_has_all(map_entries(v.dimensions), map_entries($held))
        and v.local_government_id is null
        and v.value > 0
),
one_register as (
    select dataset_id
    from picked
    where dataset_id = $register or not $is_only
    group by dataset_id
    order by dataset_id = $register desc, max(n_total) desc, dataset_id
    limit 1
),
kept as (
    select p.*
    from picked as p
    inner join one_register as o on o.dataset_id = p.dataset_id
    where p.one not in ('other', 'not classified')
        and p.other not in ('other', 'not classified')
),
parts as (
    select one as part, value from kept
    union all
    select other as part, value from kept
),
ranked as (
    select
        part,
        row_number() over (order by try_cast(part as integer), sum(value) desc, part) as place
    from parts
    group by part
)
select
    k.*,
    $parts as parts,
    least(a.place, b.place) as across_place,
    greatest(a.place, b.place) as down_place,
    if(a.place <= b.place, k.one, k.other) as across,
    if(a.place <= b.place, k.other, k.one) as down,
    d.title as register,
    d.attribution,
    d.n_actions as n_found
from kept as k
inner join ranked as a on a.part = k.one
inner join ranked as b on b.part = k.other
inner join core.action_dataset as d on d.dataset_id = k.dataset_id
order by down_place, across_place
