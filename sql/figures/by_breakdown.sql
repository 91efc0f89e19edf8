-- name: by_breakdown
-- grain: area, metric, breakdown
-- depends: core.area, evidence.metric, evidence.metric_value
-- why: an area, its headline value in each breakdown (the latest that rests on enough countries): the nine
--   benefits, urban and rural, the official indicators. A list of breakdowns picks them;
--   without one, all that have $dimension
--   beside what $held holds. Without an area, every area at once: one query a figure instead of
--   one a figure and area keeps the page quick.
with picked as (
    select
        v.* exclude (local_government_id),
        v.area_code as code,
        a.name,
        m.unit
    from evidence.metric_value as v
    inner join evidence.metric as m on m.metric_id = v.metric_id
    inner join core.area as a on a.area_code = v.area_code and a.kind is not null
    where list_contains($metrics, v.metric_id)
        and v.local_government_id is null
        and v.value is not null
        and v.strength is distinct from 'weak'
        and ($area = '' or v.area_code = $area)
        and (
            list_contains($breakdowns, v.breakdown)
            or (
                len($breakdowns) = 0
                and ($dimension = '' or map_keys(v.dimensions) = list_append(map_keys($held), $dimension))
                and list_has_all(map_entries(v.dimensions), map_entries($held))
            )
        )
    qualify row_number() over (partition by v.metric_id, v.area_code, v.breakdown order by v.year desc) = 1
        -- breakdowns are compared by one definition: that of the newest value
        and v.definition is not distinct from first_value(v.definition) over (
            partition by v.metric_id, v.area_code order by v.year desc, v.breakdown
        )
        and v.year >= max(v.year) over (partition by v.area_code) - $max_age
)
select
    *,
    count(*) over (partition by code) as n_found
from picked
qualify row_number() over (partition by code order by value desc, breakdown, metric_id) <= $most
order by code, value desc, breakdown, metric_id
