-- series_rows: observations of series, each in one release, with names and the source on every row.
-- grain: series, release, area, year, breakdown
-- depends: core.area, core.observation, core.series, core.series_indicator, meta.licence
-- why: a dimension that is not asked for is whole, so that no two rows of a line overlap. `$codes` are all codes
--      that a row may have, `$whole` those that are the whole, each as series, dimension and code with chr(31)
--      between; a row has to have each of `$dimensions`.
with asked as (
    select unnest($series) as series_code, unnest($datasets) as dataset_id, unnest($releases) as release
),
official as (
    select series_code, string_agg(indicator_code, ', ' order by indicator_code) as indicators
    from core.series_indicator
    group by series_code
),
parted as (
    select
        o.*,
        list_filter(
            list_concat(
                [
                    struct_pack(key := 'sex', value := o.sex),
                    struct_pack(key := 'age', value := o.age),
                    struct_pack(key := 'location', value := o.location)
                ],
                map_entries(o.dimensions)
            ),
            lambda part: part.value is not null
        ) as parts
    from core.observation as o
    join asked as q
        on q.series_code = o.series_code and q.dataset_id = o.dataset_id and q.release = o.release
    where
        coalesce(o.reporting_type, 'G') = 'G'
        and (len($areas) = 0 or list_contains($areas, o.area_code))
        and ($first_year is null or o.year >= $first_year)
        and ($last_year is null or o.year <= $last_year)
        and (len($years) = 0 or list_contains($years, cast(o.year as varchar)))
),
picked as (
    select r.*
    from parted as r
    where
        len(
            list_filter(
                r.parts,
                lambda part: not list_contains($codes, r.series_code || chr(31) || part.key || chr(31) || part.value)
            )
        ) = 0
        and list_has_all(list_transform(r.parts, lambda part: part.key), $dimensions)
    qualify
        not $latest
        or r.value is not null
        and row_number() over (
            partition by r.series_code, r.release, r.area_code, r.parts order by r.value is null, r.year desc
        ) = 1
)
select
    p.series_code, p.area_code, a.name as area, p.year, p.value, p.unit,
    array_to_string(
        list_transform(
            list_filter(
                p.parts,
                lambda part: not list_contains($whole, p.series_code || chr(31) || part.key || chr(31) || part.value)
            ),
            lambda part: part.key || '=' || part.value
        ),
        '; '
    ) as breakdown,
    p.lower_bound, p.upper_bound, p.censoring, p.value_status, p.nature, p.definition, p.quality_flag,
    case when $latest then max(p.year) over (partition by p.series_code, p.release) - p.year end as years_behind,
    p.release, p.dataset_id as dataset, coalesce(l.attribution, p.dataset_id) as source,
    p.source as source_detail, f.indicators, s.description as series, a.kind as area_kind,
    p.sex, p.age, p.location, p.dimensions
from picked as p
join core.area as a on a.area_code = p.area_code
join core.series as s on s.series_code = p.series_code
left join official as f on f.series_code = p.series_code
left join meta.licence as l on l.source = p.dataset_id
order by
    list_position($series, p.series_code), p.release, coalesce(list_position($areas, p.area_code), 0), a.name,
    p.area_code, breakdown, p.year
