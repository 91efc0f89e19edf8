-- name: c02_social_protection_gap
-- grain: area, year, breakdown (benefit)
-- depends: evidence.c02_social_protection
-- why: the event speaks of those who are not reached: 100 minus the share covered. A cover of
--   '< 5' is a gap of '> 95', and bounds change places. Rounded to ten decimals, which only
--   takes away the noise of the subtraction.
--   n_areas and coverage_pct are filled in by coverage.sql.
with covered as (
    select
        area_code,
        year,
        breakdown,
        value,
        censoring,
        lower_bound,
        upper_bound,
        release
    from evidence.c02_social_protection
),
final as (
    select
        area_code,
        year,
        breakdown,
        round(100 - value, 10) as value,
        case censoring
            when '<' then '>'
            when '<=' then '>='
            when '>' then '<'
            when '>=' then '<='
        end as censoring,
        round(100 - upper_bound, 10) as lower_bound,
        round(100 - lower_bound, 10) as upper_bound,
        'computed' as basis,
        release,
        'Our subtraction from the published share. Each benefit has its own denominator: never add or average the benefits.'
        || case
            when value is null then ' The published share is above 100 here, so no gap is given.'
            else ''
        end as caveat
    from covered
)
select
    cast(area_code as varchar) as area_code,
    cast(year as integer) as year,
    cast(breakdown as varchar) as breakdown,
    cast(value as double) as value,
    cast(censoring as varchar) as censoring,
    cast(lower_bound as double) as lower_bound,
    cast(upper_bound as double) as upper_bound,
    cast(null as bigint) as n_areas,
    cast(null as double) as coverage_pct,
    cast(basis as varchar) as basis,
    cast(release as varchar) as release,
    cast(caveat as varchar) as caveat
from final
