-- name: c04_published_counts
-- grain: figure that others published
-- depends: registry_published_figures
-- why: what others published, beside our count: each with its publisher and date. 65 % of the
--   targets is shown as what it is, 105 of 169.
-- coverage: own
with final as (
    select
        '001' as area_code,
        cast(left(coalesce(nullif(year, ''), nullif(as_of, '')), 4) as integer) as year,
        'figure=' || figure_id || '; ' || measure || '; '
            || concat_ws(' ', nullif(qualifier, ''), value, unit) as breakdown,
        cast(value as double) as value,
        null as n_areas,
        case when regexp_matches(unit, ' of [0-9]+') then
            100.0 * cast(value as double) / cast(regexp_extract(unit, ' of ([0-9]+)', 1) as double)
        end as coverage_pct,
        publisher || ', ' || source || coalesce(' (' || nullif(as_of, '') || ')', '') as release
    from registry_published_figures
)
select
    cast(area_code as varchar) as area_code,
    cast(year as integer) as year,
    cast(breakdown as varchar) as breakdown,
    cast(value as double) as value,
    cast(null as varchar) as censoring,
    cast(null as double) as lower_bound,
    cast(null as double) as upper_bound,
    cast(n_areas as bigint) as n_areas,
    cast(coverage_pct as double) as coverage_pct,
    cast('published' as varchar) as basis,
    cast(release as varchar) as release,
    cast('Each is its publisher''s count with its own definition: never add them, and never put two in one line.' as varchar) as caveat,
    cast(null as varchar) as local_government_id
from final
