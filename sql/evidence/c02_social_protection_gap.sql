-- name: c02_social_protection_gap
-- grain: area, year, breakdown (benefit)
-- depends: core.area, core.area_grouping, core.latest_observation
-- why: the event speaks of those who are not reached: 100 minus the share covered. A cover of
--   '< 5' is a gap of '> 95', and bounds change places. Rounded to ten decimals, which only
--   takes away the noise of the subtraction.
--   n_areas and coverage_pct of a group count its countries (kind 'country', with an
--   ISO 3166 code) that have a value of their own in the row's release and year, by series;
--   both are null where no country of the group is known.
with source as (
    select
        series_code,
        area_code,
        year,
        value,
        censoring,
        lower_bound,
        upper_bound,
        release
    from core.latest_observation
    where is_total
        and value_status in ('number', 'censored')
),
benefits as (
    select
        named.series_code,
        named.benefit
    from (
        values
            ('SI_COV_BENFTS', 'any'),
            ('SI_COV_POOR', 'poor'),
            ('SI_COV_CHLD', 'children'),
            ('SI_COV_VULN', 'vulnerable'),
            ('SI_COV_PENSN', 'pension'),
            ('SI_COV_UEMP', 'unemployment'),
            ('SI_COV_DISAB', 'disability'),
            ('SI_COV_MATNL', 'maternity'),
            ('SI_COV_SOCAST', 'social assistance')
    ) as named (series_code, benefit)
),
labelled as (
    select
        source.area_code,
        source.year,
        'benefit=' || benefits.benefit as breakdown,
        source.value,
        source.censoring,
        source.lower_bound,
        source.upper_bound,
        source.release
    from source
    inner join benefits on benefits.series_code = source.series_code
),
mirrored as (
    select
        labelled.area_code,
        labelled.year,
        labelled.breakdown,
        -- a few countries pay more people than they count as poor: above 100 there is no gap
        labelled.value > 100 as is_above_100,
        case when labelled.value <= 100 then round(100 - labelled.value, 10) end as value,
        case
            when labelled.value > 100 then null
            when labelled.censoring = '<' then '>'
            when labelled.censoring = '<=' then '>='
            when labelled.censoring = '>' then '<'
            when labelled.censoring = '>=' then '<='
        end as censoring,
        case when labelled.value <= 100 then round(100 - labelled.upper_bound, 10) end as lower_bound,
        case when labelled.value <= 100 then round(100 - labelled.lower_bound, 10) end as upper_bound,
        labelled.release
    from labelled
),
countries as (
    select area_code
    from core.area
    where kind = 'country' and iso3 is not null
),
-- one row a group and country: a country can stand in a group under several schemes
members as (
    select
        membership.grouping_code,
        membership.area_code
    from core.area_grouping as membership
    inner join countries on countries.area_code = membership.area_code
    where membership.grouping_code <> '001'
    group by membership.grouping_code, membership.area_code
    union all
    select
        '001' as grouping_code,
        countries.area_code
    from countries
),
group_sizes as (
    select
        grouping_code,
        count(*) as n_members
    from members
    group by grouping_code
),
group_counts as (
    select
        members.grouping_code,
        mirrored.year,
        mirrored.breakdown,
        count(*) as n_with_value
    from mirrored
    inner join members on members.area_code = mirrored.area_code
    group by members.grouping_code, mirrored.year, mirrored.breakdown
),
final as (
    select
        mirrored.area_code,
        mirrored.year,
        mirrored.breakdown,
        mirrored.value,
        mirrored.censoring,
        mirrored.lower_bound,
        mirrored.upper_bound,
        case
            when area.kind = 'country' then 1
            when group_sizes.n_members is not null then coalesce(group_counts.n_with_value, 0)
        end as n_areas,
        case
            when area.kind = 'country' then 100
            else 100.0 * coalesce(group_counts.n_with_value, 0) / nullif(group_sizes.n_members, 0)
        end as coverage_pct,
        'computed' as basis,
        mirrored.release,
        'Our subtraction from the published share. Each benefit has its own denominator: never add or average the benefits.'
        || case
            when mirrored.is_above_100
                then ' The published share is above 100 here, so no gap is given.'
            else ''
        end as caveat
    from mirrored
    left join core.area as area on area.area_code = mirrored.area_code
    left join group_sizes on group_sizes.grouping_code = mirrored.area_code
    left join group_counts
        on group_counts.grouping_code = mirrored.area_code
        and group_counts.year = mirrored.year
        and group_counts.breakdown = mirrored.breakdown
)
select
    cast(area_code as varchar) as area_code,
    cast(year as integer) as year,
    cast(breakdown as varchar) as breakdown,
    cast(value as double) as value,
    cast(censoring as varchar) as censoring,
    cast(lower_bound as double) as lower_bound,
    cast(upper_bound as double) as upper_bound,
    cast(n_areas as bigint) as n_areas,
    cast(coverage_pct as double) as coverage_pct,
    cast(basis as varchar) as basis,
    cast(release as varchar) as release,
    cast(caveat as varchar) as caveat
from final
