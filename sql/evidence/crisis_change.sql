-- name: crisis_change
-- grain: crisis, series, area
-- depends: core.latest_breakdown, registry_crises
-- why: the effect of a crisis as the event speaks of it: from the last year before to the first year
--   after. The years of a crisis are in a reviewed list. A value further than max_gap_years from
--   the crisis says nothing about it: then there is no row. Censored values have no difference, and
--   a pair is of one
--   definition, unit and base period: where these change, the pair nearest to the crisis that has one.
with cuts as (
    select 3 as max_gap_years
),
crises as (
    select
        crisis_id,
        cast(first_year as integer) as first_year,
        cast(last_year as integer) as last_year
    from registry_crises
),
source as (
    select series_code, area_code, year, value, unit, base_period, definition, release
    from core.latest_breakdown
    where breakdown = ''
        and censoring is null
        and series_code in $series_of_c11
),
befores as (
    select crises.crisis_id, crises.last_year, source.*
    from crises
    cross join cuts
    inner join source
        on source.year < crises.first_year and source.year >= crises.first_year - cuts.max_gap_years
),
paired as (
    select
        befores.crisis_id,
        befores.series_code,
        befores.area_code,
        befores.year as before_year,
        befores.value as before_value,
        afters.year as after_year,
        afters.value as after_value,
        befores.unit,
        befores.definition,
        befores.release
    from befores
    cross join cuts
    inner join source as afters
        on afters.series_code = befores.series_code
        and afters.area_code = befores.area_code
        and afters.release = befores.release
        and afters.unit is not distinct from befores.unit
        and afters.base_period is not distinct from befores.base_period
        and afters.definition is not distinct from befores.definition
        and afters.year > befores.last_year
        and afters.year <= befores.last_year + cuts.max_gap_years
    qualify row_number() over (
        partition by befores.crisis_id, befores.series_code, befores.area_code
        order by afters.year, befores.year desc
    ) = 1
)
select
    crisis_id, series_code, area_code, before_year, before_value, after_year, after_value,
    100.0 * (after_value - before_value) / nullif(before_value, 0) as change_pct,
    unit, definition, release
from paired
order by crisis_id, series_code, area_code
