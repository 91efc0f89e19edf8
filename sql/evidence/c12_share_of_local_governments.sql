-- name: c12_share_of_local_governments
-- grain: area (World, SDG regions, LDC, LLDC, SIDS), year
-- depends: evidence.c12_strategies_summed
-- why: of the local governments of the countries that reported, the share with a strategy. Each
--   local government weighs the same: no mean of the countries' shares, which would let a country
--   of ten weigh as much as one of ten thousand.
select
    strategies.area_code,
    strategies.year,
    100.0 * strategies.value / governments.value as value,
    strategies.n_areas,
    strategies.n_total,
    strategies.population_pct,
    'computed' as basis,
    strategies.definition,
    strategies.release
from evidence.c12_strategies_summed as strategies
inner join evidence.c12_strategies_summed as governments
    on governments.area_code = strategies.area_code
    and governments.year = strategies.year
    and governments.release = strategies.release
where strategies.dimensions['count'] = 'with a strategy'
    and governments.dimensions['count'] = 'all'
    and governments.value > 0
