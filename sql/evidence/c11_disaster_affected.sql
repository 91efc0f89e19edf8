-- name: c11_disaster_affected
-- grain: area (countries; World, SDG regions, LDC, LLDC, SIDS), year
-- depends: core.group_country, core.latest_breakdown
-- why: the people whom disasters reached. The UN publishes countries alone: the figure of a group is
--   our sum over the countries that reported the year, with their number beside it.
with published as (
    select area_code, year, value, censoring, release
    from core.latest_breakdown
    where series_code = 'VC_DSR_AFFCT' and breakdown = ''
),
summed as (
    select
        members.grouping_code as area_code,
        published.year,
        sum(published.value) as value,
        count(*) as n_areas,
        any_value(members.n_countries) as n_total,
        published.release
    from published
    inner join core.group_country as members on members.area_code = published.area_code
    -- a figure that the UN publishes for a group and year is not made again
    anti join published as own on own.area_code = members.grouping_code and own.year = published.year
    where members.is_main and published.censoring is null
    group by members.grouping_code, published.year, published.release
),
final as (
    select
        area_code, year, value, censoring, null as n_areas, null as n_total, 'published' as basis,
        release
    from published
    union all
    select area_code, year, value, null as censoring, n_areas, n_total, 'computed' as basis, release
    from summed
)
select area_code, year, value, censoring, n_areas, n_total, basis, release
from final
