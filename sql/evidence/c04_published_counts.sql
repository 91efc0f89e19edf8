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
        case when regexp_matches(unit, ' of [0-9]+') then
            100.0 * cast(value as double) / cast(regexp_extract(unit, ' of ([0-9]+)', 1) as double)
        end as coverage_pct,
        publisher || ', ' || source || coalesce(' (' || nullif(as_of, '') || ')', '') as release
    from registry_published_figures
)
select area_code, year, breakdown, value, coverage_pct, release
from final
