-- name: c12_strategies_summed
-- grain: area (World, SDG regions, LDC, LLDC, SIDS), year, breakdown (count)
-- depends: core.group_country, core.population, evidence.c12_local_governments, evidence.c12_strategies
-- why: how many local governments have a strategy, of how many: summed over the countries that
--   reported both numbers in the year, so that the two are of the same countries. n_areas is the
--   number of those countries, n_total that of the group, population_pct the share of its people who live
--   in them.
with pairs as (
    select
        strategies.area_code,
        strategies.year,
        strategies.definition,
        strategies.release,
        strategies.value as n_strategies,
        governments.value as n_governments
    from evidence.c12_strategies as strategies
    inner join evidence.c12_local_governments as governments
        on governments.area_code = strategies.area_code
        and governments.year = strategies.year
        and governments.release = strategies.release
        and governments.definition is not distinct from strategies.definition
    where strategies.censoring is null and governments.censoring is null
        and strategies.value is not null and governments.value is not null
),
group_people as (
    select
        members.grouping_code,
        population.year,
        sum(population.population) as people
    from core.group_country as members
    inner join core.population as population on population.area_code = members.area_code
    where members.is_main
    group by members.grouping_code, population.year
),
summed as (
    select
        members.grouping_code as area_code,
        pairs.year,
        pairs.definition,
        pairs.release,
        sum(pairs.n_strategies) as n_strategies,
        sum(pairs.n_governments) as n_governments,
        count(*) as n_areas,
        any_value(members.n_countries) as n_total,
        100.0 * sum(population.population) / any_value(group_people.people) as population_pct
    from pairs
    inner join core.group_country as members on members.area_code = pairs.area_code
    left join core.population as population
        on population.area_code = pairs.area_code and population.year = pairs.year
    left join group_people
        on group_people.grouping_code = members.grouping_code and group_people.year = pairs.year
    where members.is_main
    group by members.grouping_code, pairs.year, pairs.definition, pairs.release
    -- values of two definitions are not counted together: those of the most countries are
    qualify row_number() over (
        partition by members.grouping_code, pairs.year, pairs.release order by count(*) desc, pairs.definition
    ) = 1
),
final as (
    select
        area_code, year, map {'count': 'with a strategy'} as dimensions, n_strategies as value, n_areas, n_total,
        population_pct, definition, release
    from summed
    union all
    select
        area_code, year, map {'count': 'all'} as dimensions, n_governments as value, n_areas, n_total,
        population_pct, definition, release
    from summed
)
select area_code, year, dimensions, value, n_areas, n_total, population_pct, 'computed' as basis, definition, release
from final
