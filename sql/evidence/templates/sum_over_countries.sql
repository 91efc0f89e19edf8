-- template sum_over_countries: the total of a UN series for countries, and its sum for groups of them
-- grain: area (countries; World, SDG regions, LDC, LLDC, SIDS), year
-- depends: core.group_country, core.latest_breakdown
-- why: the UN publishes some numbers for countries alone. The figure of a group is then the sum over the
--   countries that reported the year, with their number beside it. A figure that the UN publishes for
--   a group and year is not computed again, and a censored value is in no sum. Values of two
--   definitions are not added: the one of the most countries is.
with published as (
    select area_code, year, value, censoring, definition, release
    from core.latest_breakdown
    where series_code in $series_codes and breakdown = ''
),
summed as (
    select
        members.grouping_code as area_code,
        published.year,
        sum(published.value) as value,
        count(*) as n_areas,
        any_value(members.n_countries) as n_total,
        published.definition,
        published.release
    from published
    inner join core.group_country as members on members.area_code = published.area_code
    anti join published as own on own.area_code = members.grouping_code and own.year = published.year
    where members.is_main and published.censoring is null
    group by members.grouping_code, published.year, published.definition, published.release
    qualify row_number() over (
        partition by members.grouping_code, published.year, published.release
        order by count(*) desc, published.definition
    ) = 1
)
select
    area_code, year, value, censoring, null as n_areas, null as n_total, 'published' as basis,
    definition, release
from published
union all
select area_code, year, value, null as censoring, n_areas, n_total, 'computed' as basis, definition, release
from summed
