-- name: c12_countries_with_strategy
-- grain: area (World, SDG regions, LDC, LLDC, SIDS), year, breakdown (source)
-- depends: core.group_country, core.latest_breakdown
-- why: countries with a national strategy in line with the Sendai Framework, as the UN publishes the
--   number and as we count it from the countries' scores: a country counts once it had a score
--   above 0 up to the year. The two must agree (audit WH-008). n_areas of our count is the number of
--   countries with any score up to the year.
with published as (
    select area_code, year, value, censoring, definition, release
    from core.latest_breakdown
    where series_code = $series_codes[1] and breakdown = ''
),
scores as (
    select area_code, year, value, definition, release
    from core.latest_breakdown
    where series_code = $series_codes[2] and breakdown = '' and censoring is null
),
-- each country once: the first year of any score, and of one above 0
firsts as (
    select
        area_code,
        min(year) as first_score,
        min(year) filter (where value > 0) as first_strategy,
        any_value(definition) as definition,
        any_value(release) as release
    from scores
    group by area_code
),
years as (
    select unnest(range(min(year), max(year) + 1)) as year
    from scores
),
counted as (
    select
        members.grouping_code as area_code,
        years.year,
        count(*) filter (where firsts.first_strategy <= years.year) as value,
        count(*) as n_areas,
        any_value(members.n_countries) as n_total,
        any_value(firsts.definition) as definition,
        any_value(firsts.release) as release
    from years
    inner join firsts on firsts.first_score <= years.year
    inner join core.group_country as members on members.area_code = firsts.area_code
    where members.is_main
    group by members.grouping_code, years.year
),
final as (
    select
        area_code, year, map {'source': $series_codes[1]} as dimensions, value, censoring, null as n_areas,
        null as n_total, 'published' as basis, definition, release
    from published
    union all
    select
        area_code, year, map {'source': $series_codes[2]} as dimensions, value, null as censoring, n_areas,
        n_total, 'computed' as basis, definition, release
    from counted
)
select area_code, year, dimensions, value, censoring, n_areas, n_total, basis, definition, release
from final
