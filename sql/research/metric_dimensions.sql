-- metric_dimensions: the dimensions of metrics, and the values of each.
-- grain: dimension; depends: evidence.metric_value
-- why: names what can be asked for.
with combinations as (
    select distinct dimensions
    from evidence.metric_value
    where list_contains($metrics, metric_id)
),
parts as (
    select unnest(map_entries(dimensions)) as part
    from combinations
)
select part.key as dimension, list_sort(list(distinct part.value)) as codes
from parts
group by part.key
order by part.key
