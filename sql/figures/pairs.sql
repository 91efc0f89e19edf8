-- name: pairs
-- grain: pair of goals or of kinds of actors
-- depends: core.area, evidence.metric, evidence.metric_value
-- why: how many records of one area have both parts of a pair. Goals are in their order, kinds by how many pairs
--   they are in, so that the fullest cells are side by side; across is the part that comes first. What is in $held
--   picks the register and the links. Kinds that say nothing of who acts are left out.
with picked as (
    select
        v.* exclude (local_government_id),
        v.area_code as code,
        a.name,
        m.unit,
        split_part(v.dimensions[$dimension], '+', 1) as one,
        split_part(v.dimensions[$dimension], '+', 2) as other
    from evidence.metric_value as v
    inner join evidence.metric as m on m.metric_id = v.metric_id
    left join core.area as a on a.area_code = v.area_code
    where list_contains($metrics, v.metric_id)
        and v.area_code = $area
        and list_sort(map_keys(v.dimensions)) = list_sort(list_append(map_keys($held), $dimension))
        and list_has_all(map_entries(v.dimensions), map_entries($held))
        and v.local_government_id is null
        and v.value > 0
),
kept as (
    select *
    from picked
    where one not in ('other', 'not classified')
        and other not in ('other', 'not classified')
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
    least(a.place, b.place) as across_place,
    greatest(a.place, b.place) as down_place,
    if(a.place <= b.place, k.one, k.other) as across,
    if(a.place <= b.place, k.other, k.one) as down,
    count(*) over () as n_found
from kept as k
inner join ranked as a on a.part = k.one
inner join ranked as b on b.part = k.other
order by down_place, across_place
