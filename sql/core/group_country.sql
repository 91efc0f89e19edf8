-- core.group_country: the countries of the World and of each group, each once.
-- grain: group, country
-- depends: core.area, core.area_grouping
-- why: a country can be in a group under several schemes and must count once. A country is
--   of kind 'country' and has an ISO 3166 code. The World is all of them.
with countries as (
    select area_code
    from core.area
    where kind = 'country' and iso3 is not null
),
members as (
    select
        g.grouping_code,
        g.area_code,
        bool_or(g.scheme in ('SDG regions', 'LDC', 'LLDC', 'SIDS')) as is_main
    from core.area_grouping as g
    join countries as c on c.area_code = g.area_code
    where g.grouping_code <> '001'
    group by g.grouping_code, g.area_code
    union all
    select '001' as grouping_code, area_code, true as is_main
    from countries
)
select grouping_code, area_code, is_main, count(*) over (partition by grouping_code) as n_countries
from members
order by grouping_code, area_code
