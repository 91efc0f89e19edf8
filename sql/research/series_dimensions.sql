-- series_dimensions: the breakdowns of series in their releases, and the values of each.
-- grain: series, dimension; depends: core.observation
-- why: names what can be asked for; a dimension without `total` has to be asked for.
with rows as (
    select o.series_code, o.sex, o.age, o.location, o.dimensions
    from core.observation as o
    where
        (o.series_code, o.dataset_id, o.release)
        in (select (unnest($series), unnest($datasets), unnest($releases)))
),
combinations as (
    select series_code, sex, age, location, dimensions
    from rows
    group by all
),
parts as (
    select
        series_code,
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
    series_code, part.key as dimension, list_sort(list(distinct part.value)) as codes
from parts
where part.value is not null
group by series_code, part.key
order by series_code, dimension
