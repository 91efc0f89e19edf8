-- staging.breakdown: each combination of dimensions, decoded once.
-- grain: dataset, release, series, breakdown as published
-- depends: staging.observation, registry_codes, registry_universe
-- why: a release has a million rows and some two thousand combinations; codes
--      are mapped here, on the combinations, and joined back in core. A code
--      is canonical by its dimension's list, else by the list for all ('*');
--      '' means no breakdown (NOTSPEC, NOCITI). The universe lists, by
--      series, the code that is the whole of what the series measures.
with combinations as (
    select distinct
        dataset_id, release, series_code, published_series_code, published_breakdown
    from staging.observation
),
parts as (
    select
        dataset_id, release, series_code, published_series_code, published_breakdown,
        unnest(string_split(published_breakdown, chr(31))) as part
    from combinations
    where published_breakdown <> ''
),
codes as (
    select
        dataset_id, release, series_code, published_series_code, published_breakdown,
        split_part(part, '=', 1) as dimension,
        trim(substr(part, strpos(part, '=') + 1), e' \t\r\n') as code
    from parts
),
mapped as (
    select
        c.dataset_id, c.release, c.series_code, c.published_series_code, c.published_breakdown, c.dimension,
        coalesce(own.canonical, general.canonical, c.code) as code
    from codes as c
    left join registry_codes as own on own.dimension = c.dimension and own.code = c.code
    left join registry_codes as general on general.dimension = '*' and general.code = c.code
),
whole as (
    select
        m.dataset_id, m.release, m.published_series_code, m.published_breakdown, m.dimension,
        if(u.kind = 'total', 'total', m.code) as code,
        m.code = 'total' or u.kind is not null as is_whole
    from mapped as m
    left join registry_universe as u
        on u.series_code = m.series_code and u.dimension = m.dimension and u.code = m.code
    where m.code <> ''
),
decoded as (
    select
        dataset_id, release, published_series_code, published_breakdown,
        max(case when dimension = 'sex' then code end) as sex,
        max(case when dimension = 'age' then code end) as age,
        max(case when dimension = 'location' then code end) as location,
        map_from_entries(
            list(struct_pack(k := dimension, v := code) order by dimension)
                filter (dimension not in ('sex', 'age', 'location'))
        ) as dimensions,
        bool_and(is_whole) as is_total,
        string_agg(dimension || '=' || code, '; ' order by dimension) as breakdown
    from whole
    group by dataset_id, release, published_series_code, published_breakdown
)
select
    cast(c.dataset_id as varchar) as dataset_id,
    cast(c.release as varchar) as release,
    cast(c.series_code as varchar) as series_code,
    cast(c.published_series_code as varchar) as published_series_code,
    cast(c.published_breakdown as varchar) as published_breakdown,
    cast(coalesce(d.breakdown, '') as varchar) as breakdown,
    cast(d.sex as varchar) as sex,
    cast(d.age as varchar) as age,
    cast(d.location as varchar) as location,
    cast(coalesce(d.dimensions, map {}) as map(varchar, varchar)) as dimensions, -- noqa: LT01
    cast(coalesce(d.is_total, true) as boolean) as is_total
from combinations as c
left join decoded as d using (dataset_id, release, published_series_code, published_breakdown)
