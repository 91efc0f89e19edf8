-- name: c01_countries_below_3_pct
-- grain: area (World, SDG regions, LDC, LLDC, SIDS), year
-- depends: core.group_country, evidence.c01_extreme_poverty
-- why: the UN reads less than 3 % as extreme poverty eradicated. In how many countries is it so?
--   A survey is not held each year, so a country counts with its latest value up to the year,
--   at most max_age_years old. n_areas is the number of countries that have one, n_total
--   that of the countries of the group (kind 'country', with an ISO 3166 code).
--   Years and groups in which no country has a value have no row. Countries are counted by one poverty
--   line: that of the newest values up to the year. A value of another line is not carried forward.
with source as (
    select
        area_code,
        year,
        value,
        censoring,
        definition,
        release
    from evidence.c01_extreme_poverty
    where value is not null
),
cuts as (
    select
        3.0 as eradicated_below_pct,
        10 as max_age_years
),
members as (
    select
        grouping_code,
        area_code
    from core.group_country
    where is_main
),
group_sizes as (
    select
        grouping_code,
        count(*) as n_members
    from members
    group by grouping_code
),
years as (
    select unnest(range(min(source.year), max(source.year) + 1)) as year
    from source
    inner join members on members.area_code = source.area_code
),
latest_by_country as (
    select
        source.area_code,
        years.year,
        source.year as value_year,
        source.value,
        source.censoring,
        source.definition,
        source.release
    from years
    cross join cuts
    inner join source
        on source.year between years.year - cuts.max_age_years and years.year
    qualify row_number() over (
        partition by source.area_code, years.year, source.definition order by source.year desc
    ) = 1
),
-- '< 2.5' is below 3, '< 5' may be on either side and counts on neither
judged as (
    select
        latest_by_country.area_code,
        latest_by_country.year,
        latest_by_country.value_year,
        latest_by_country.definition,
        latest_by_country.release,
        case
            when latest_by_country.censoring is null
                then latest_by_country.value < cuts.eradicated_below_pct
            when latest_by_country.censoring = '<'
                and latest_by_country.value <= cuts.eradicated_below_pct then true
            when latest_by_country.censoring = '<='
                and latest_by_country.value < cuts.eradicated_below_pct then true
            when latest_by_country.censoring in ('>', '>=')
                and latest_by_country.value >= cuts.eradicated_below_pct then false
        end as is_below
    from latest_by_country
    cross join cuts
),
counted as (
    select
        members.grouping_code as area_code,
        judged.year,
        count(*) filter (where judged.is_below) as n_below,
        count(*) as n_with_value,
        judged.definition,
        max(judged.release) as release
    from judged
    inner join members on members.area_code = judged.area_code
    where judged.is_below is not null
    group by members.grouping_code, judged.year, judged.definition
    qualify row_number() over (
        partition by members.grouping_code, judged.year
        order by max(judged.value_year) desc, count(*) desc, judged.definition
    ) = 1
),
final as (
    select
        counted.area_code,
        counted.year,
        counted.n_below as value,
        counted.n_with_value as n_areas,
        group_sizes.n_members as n_total,
        counted.definition,
        counted.release
    from counted
    inner join group_sizes on group_sizes.grouping_code = counted.area_code
)
select area_code, year, value, n_areas, n_total, 'computed' as basis, definition, release
from final
