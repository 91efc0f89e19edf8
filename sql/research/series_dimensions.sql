-- series_dimensions: the breakdowns of series in their releases, and the values of each.
-- grain: series, dimension; depends: core.observation
-- why: names what can be asked for. A code is the whole where a total has it: `total`, or the code that is all of
--      what the series measures (women in parliament are women). A dimension without one has to be asked for.
with rows as (
    select o.series_code, o.sex, o.age, o.location, o.dimensions, o.is_total
    from core.observation as o
    where
        (o.series_code, o.dataset_id, o.release)
        in (select (unnest($series), unnest($datasets), unnest($releases)))
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
    series_code, part.key as dimension, list_sort(list(distinct part.value)) as codes,
    list_sort(list(distinct part.value) filter (is_total or part.value = 'total')) as whole
from parts
where part.value is not null
group by series_code, part.key
order by series_code, dimension
