-- name: c04_published_counts
-- grain: figure that others published
-- depends: registry_published_figures
-- why: what others published, beside our count: each with its publisher and date. 65 % of the
--   targets is shown as what it is, 105 of 169.
with final as (
    select
        '001' as area_code,
        cast(left(coalesce(nullif(year, ''), nullif(as_of, '')), 4) as integer) as year,
        map {
            'figure': figure_id,
            'measure': measure,
            'qualifier': nullif(qualifier, ''),
            'unit': unit
        } as dimensions,
        cast(value as double) as value,
        cast(nullif(n_total, '') as bigint) as n_total,
        nullif(denominator, '') as denominator,
        publisher || ', ' || source || coalesce(' (' || nullif(as_of, '') || ')', '') as release
    from registry_published_figures
)
select area_code, year, dimensions, value, n_total, denominator, release
from final
