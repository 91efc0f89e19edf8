-- name: c01_multidimensional_poverty
-- grain: area, year, breakdown
-- depends: core.area, core.area_grouping, core.latest_observation
-- why: poverty is more than income. One dimension is broken down at a time, and only where the
--   country publishes it: sex over all ages, age over both sexes.
--   n_areas and coverage_pct of a group count its countries (kind 'country', with an
--   ISO 3166 code) that have a value of their own in the row's release, year and breakdown;
--   both are null where no country of the group is known.
with source as (
    select
        area_code,
        year,
        is_total,
        coalesce(sex, 'total') as sex,
        coalesce(age, 'total') as age,
        coalesce(location, 'total') as location,
        reporting_type,
        breakdown as published_breakdown,
        value,
        censoring,
        lower_bound,
        upper_bound,
        release
    from core.latest_observation
    where series_code = 'SD_MDP_MUHC'
        and value_status in ('number', 'censored')
        -- no dimension beside sex, age and location is broken down
        and (is_total or list_has_all(['total'], map_values(dimensions)))
),
labelled as (
    select
        area_code,
        year,
        case
            when is_total then ''
            when sex <> 'total' then 'sex=' || sex
            else 'age=' || age
        end as breakdown,
        reporting_type,
        published_breakdown,
        value,
        censoring,
        lower_bound,
        upper_bound,
        release
    from source
    where is_total
        or (location = 'total' and age = 'total' and sex <> 'total')
        or (location = 'total' and sex = 'total' and age <> 'total')
),
-- the global figure before a national variant of the same breakdown
chosen as (
    select
        area_code,
        year,
        breakdown,
        value,
        censoring,
        lower_bound,
        upper_bound,
        release
    from labelled
    qualify row_number() over (
        partition by area_code, year, breakdown
        order by coalesce(reporting_type, 'G') <> 'G', published_breakdown
    ) = 1
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
        chosen.year,
        chosen.breakdown,
        count(*) as n_with_value
    from chosen
    inner join members on members.area_code = chosen.area_code
    group by members.grouping_code, chosen.year, chosen.breakdown
),
final as (
    select
        chosen.area_code,
        chosen.year,
        chosen.breakdown,
        chosen.value,
        chosen.censoring,
        chosen.lower_bound,
        chosen.upper_bound,
        case
            when area.kind = 'country' then 1
            when group_sizes.n_members is not null then coalesce(group_counts.n_with_value, 0)
        end as n_areas,
        case
            when area.kind = 'country' then 100
            else 100.0 * coalesce(group_counts.n_with_value, 0) / nullif(group_sizes.n_members, 0)
        end as coverage_pct,
        'published' as basis,
        chosen.release,
        'Each country chooses its own dimensions, weights and cut-off: do not rank countries by it.' as caveat
    from chosen
    left join core.area as area on area.area_code = chosen.area_code
    left join group_sizes on group_sizes.grouping_code = chosen.area_code
    left join group_counts
        on group_counts.grouping_code = chosen.area_code
        and group_counts.year = chosen.year
        and group_counts.breakdown = chosen.breakdown
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
