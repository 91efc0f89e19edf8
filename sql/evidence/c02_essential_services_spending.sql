-- name: c02_essential_services_spending
-- grain: area, year
-- depends: core.area, core.area_grouping, core.latest_observation
-- why: whether public money goes to a service that the poor need. The code is named after all
--   essential services; the series counts education alone.
--   n_areas and coverage_pct of a group count its countries (kind 'country', with an
--   ISO 3166 code) that have a value of their own in the row's release and year;
--   both are null where no country of the group is known.
with source as (
    select
        area_code,
        year,
        '' as breakdown,
        value,
        censoring,
        lower_bound,
        upper_bound,
        release
    from core.latest_observation
    where series_code = 'SD_XPD_ESED'
        and is_total
        and value_status in ('number', 'censored')
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
        source.year,
        source.breakdown,
        count(*) as n_with_value
    from source
    inner join members on members.area_code = source.area_code
    group by members.grouping_code, source.year, source.breakdown
),
final as (
    select
        source.area_code,
        source.year,
        source.breakdown,
        source.value,
        source.censoring,
        source.lower_bound,
        source.upper_bound,
        case
            when area.kind = 'country' then 1
            when group_sizes.n_members is not null then coalesce(group_counts.n_with_value, 0)
        end as n_areas,
        case
            when area.kind = 'country' then 100
            else 100.0 * coalesce(group_counts.n_with_value, 0) / nullif(group_sizes.n_members, 0)
        end as coverage_pct,
        'published' as basis,
        source.release,
        'Education only, not all essential services; a share of a budget, so it falls when other spending grows.' as caveat
    from source
    left join core.area as area on area.area_code = source.area_code
    left join group_sizes on group_sizes.grouping_code = source.area_code
    left join group_counts
        on group_counts.grouping_code = source.area_code
        and group_counts.year = source.year
        and group_counts.breakdown = source.breakdown
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
