-- core.latest_breakdown: the total of each series and its breakdowns by one dimension.
-- grain: series, area, year, breakdown
-- depends: core.latest_observation, registry_universe
-- why: most questions ask for the total, or for women, the countryside or one age, and each
--   would sort out the other dimensions by hand. The total has the breakdown '', every other
--   row exactly one dimension that is not total ('sex=FEMALE'). A code that is the whole of
--   what the series measures (women, for seats held by women) is no breakdown. A row without
--   a value, or whose value cannot be true, is left out; of two rows of one breakdown the global
--   figure goes before a national variant. The total is the global figure alone, as everywhere.
with parted as (
    select
        series_code,
        area_code,
        year,
        is_total,
        list_filter(
            list_concat(
                ['sex=' || sex, 'age=' || age, 'location=' || location],
                list_transform(map_entries(dimensions), lambda one: one.key || '=' || one.value)
            ),
            lambda part: part is not null and not ends_with(part, '=total')
        ) as parts,
        value,
        censoring,
        lower_bound,
        upper_bound,
        unit,
        base_period,
        reporting_type,
        breakdown,
        release
    from core.latest_observation
    where value_status in ('number', 'censored') and quality_flag is null
),
wholes as (
    select series_code, list(dimension || '=' || code) as codes
    from registry_universe
    where kind = 'universe'
    group by series_code
),
labelled as (
    select
        p.* exclude (parts),
        list_filter(p.parts, lambda part: not list_contains(coalesce(w.codes, []), part)) as parts
    from parted as p
    left join wholes as w on w.series_code = p.series_code
),
chosen as (
    select
        * exclude (breakdown),
        breakdown as observation_breakdown,
        if(is_total, '', parts[1]) as label
    from labelled
    where is_total or len(parts) = 1
    qualify row_number() over (
        partition by series_code, area_code, year, label
        order by coalesce(reporting_type, 'G') <> 'G', breakdown
    ) = 1
)
select
    cast(series_code as varchar) as series_code,
    cast(area_code as varchar) as area_code,
    cast(year as integer) as year,
    cast(label as varchar) as breakdown,
    cast(value as double) as value,
    cast(censoring as varchar) as censoring,
    cast(lower_bound as double) as lower_bound,
    cast(upper_bound as double) as upper_bound,
    cast(unit as varchar) as unit,
    cast(base_period as varchar) as base_period,
    cast(reporting_type as varchar) as reporting_type,
    cast(observation_breakdown as varchar) as observation_breakdown,
    cast(release as varchar) as release
from chosen
order by series_code, area_code, year, breakdown
