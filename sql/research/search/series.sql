-- series: the UN's series as they are found by `localsdg search`, with or without values in the warehouse.
-- grain: one row a series
-- depends: core.series, core.series_indicator, core.series_release, core.latest_observation
-- why: a series without values is listed too, so that a researcher learns that it exists and can be pulled.
with indicators as (
    select i.series_code, list(i.indicator_code order by i.indicator_code) as indicator_codes
    from core.series_indicator as i
    group by i.series_code
),

holdings as (
    select r.series_code, r.release, r.n_areas, r.n_rows, r.first_year, r.last_year
    from core.series_release as r
    where r.is_latest
),

dimensions as (
    select
        o.series_code,
        bool_or(o.sex <> 'total') as has_sex,
        bool_or(o.age <> 'total') as has_age,
        bool_or(o.location <> 'total') as has_location,
        list(distinct map_keys(o.dimensions)) as other_dimensions
    from core.latest_observation as o
    group by o.series_code
)

select
    s.series_code as id,
    s.description as title,
    'en' as language,
    coalesce(s.renamed_from, '') as details,
    list_concat(
        case when d.has_sex then ['sex'] else [] end,
        case when d.has_age then ['age'] else [] end,
        case when d.has_location then ['location'] else [] end,
        coalesce(list_sort(list_distinct(flatten(d.other_dimensions))), [])
    ) as breakdowns,
    'UN SDG Global Database' as publisher,
    coalesce(h.release, s.list_release) as release,
    h.n_areas,
    h.n_rows as n_records,
    h.first_year,
    h.last_year,
    coalesce(i.indicator_codes, []) as related,
    h.series_code is not null as has_data
from core.series as s
left join indicators as i on i.series_code = s.series_code
left join holdings as h on h.series_code = s.series_code
left join dimensions as d on d.series_code = s.series_code
order by s.series_code
