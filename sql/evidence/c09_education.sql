-- name: c09_education
-- grain: area, year, breakdown (level; sex or location)
-- depends: core.latest_breakdown, core.latest_observation
-- why: early learning is a rate of participation, the other levels rates of completion: each level is
--   a line of its own. Completion is by level always, so that its sex and location are a second
--   dimension; wealth is left to core.latest_observation.
with early as (
    select
        area_code,
        year,
        map_concat(map {'level': 'early learning'}, dimensions) as dimensions,
        value,
        censoring,
        definition,
        release
    from core.latest_breakdown
    where series_code = $series_codes[1]
),
-- by the codes of the levels
levels as (
    select map {'PRIMAR': 'primary', 'LOWSEC': 'lower secondary', 'UPPSEC': 'upper secondary'} as names
),
completion as (
    select
        source.area_code,
        source.year,
        map {
            'level': levels.names[source.dimensions['education_level']],
            'sex': nullif(source.sex, 'total'),
            'location': nullif(source.location, 'total')
        } as dimensions,
        source.value,
        source.censoring,
        source.definition,
        source.release
    from core.latest_observation as source
    cross join levels
    where source.series_code = $series_codes[2]
        and map_contains(levels.names, source.dimensions['education_level'])
        and source.value_status in ('number', 'censored')
        and 'total' in (coalesce(source.sex, 'total'), coalesce(source.location, 'total'))
        and coalesce(source.dimensions['quantile'], 'total') = 'total'
    -- the global figure before a national variant
    qualify row_number() over (
        partition by source.area_code, source.year, source.dimensions['education_level'], source.sex, source.location
        order by coalesce(source.reporting_type, 'G') <> 'G', source.breakdown
    ) = 1
),
final as (
    select area_code, year, dimensions, value, censoring, definition, release
    from early
    union all
    select area_code, year, dimensions, value, censoring, definition, release
    from completion
)
select area_code, year, dimensions, value, censoring, definition, release
from final
