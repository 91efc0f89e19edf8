-- series_dimensions: the breakdowns of series in their releases, and the values of each.
-- grain: series, dimension; depends: core.observation
-- why: names what can be asked for. A code is the whole where a total has it: `total`, or the code that is all of
--      what the series measures (women in parliament are women). A dimension without one has to be asked for.
with asked as (
    select unnest($series) as series_code, unnest($datasets) as dataset_id, unnest($releases) as release
),
rows as (
    select o.series_code, o.sex, o.age, o.location, o.dimensions, o.is_total
    from core.observation as o
    join asked as q
        on q.series_code = o.series_code and q.dataset_id = o.dataset_id and q.release = o.release
),
combinations as (
    select series_code, sex, age, location, dimensions, is_total
    from rows
    group by all
),
parts as (
    select
        series_code, is_total,
        unnest(
            list_concat(
                [
                    struct_pack(key := 'sex', value := sex),
                    struct_pack(key := 'age', value := age),
                    struct_pack(key := 'location', value := location)
                ],
                map_entries(dimensions)
            )
        ) as part
    from combinations
)
select
    p.series_code, p.part.key as dimension, list_sort(list(distinct p.part.value)) as codes,
    list_sort(list(distinct p.part.value) filter (p.is_total or p.part.value = 'total')) as whole
from parts as p
where p.part.value is not null
group by p.series_code, p.part.key
order by p.series_code, dimension
