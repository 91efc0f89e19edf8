-- name: c02_social_protection_gap
-- grain: area, year, breakdown (benefit)
-- depends: evidence.c02_social_protection
-- why: the event speaks of those who are not reached: 100 minus the share covered. A cover of
--   '< 5' is a gap of '> 95', and bounds change places. Rounded to ten decimals, which only
--   takes away the noise of the subtraction.
with covered as (
    select
        area_code,
        year,
        dimensions,
        value,
        censoring,
        lower_bound,
        upper_bound,
        definition,
        release
    from evidence.c02_social_protection
),
final as (
    select
        area_code,
        year,
        dimensions,
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
        definition,
        release,
        $caveat || case
            when value is null then ' The published share is above 100 here, so no gap is given.'
            else ''
        end as caveat
    from covered
)
select
    area_code, year, dimensions, value, censoring, lower_bound, upper_bound, basis, definition, release, caveat
from final
