-- core.latest_breakdown: the total of each series and its breakdowns by one dimension.
-- grain: series, area, year, breakdown
-- depends: core.latest_observation, registry_universe
-- why: most questions ask for the total, or for women, the countryside or one age, and each
--   would sort out the other dimensions by hand. The total has no dimensions, every other
--   row exactly one that is not total (sex is FEMALE). A code that is the whole of
--   what the series measures (women, for seats held by women) is no breakdown. A row without
--   a value, or whose value cannot be true, is left out; of two rows of one breakdown the global
--   figure goes before a national variant. The total is the global figure alone, as everywhere.
--   Dimensions are taken apart once a combination: of hundreds of thousands of rows, a few
--   hundred differ in them.
with source as (
    select
        series_code, area_code, year, sex, age, location, dimensions, is_total, value, censoring, lower_bound,
        upper_bound, unit, base_period, definition, reporting_type, breakdown, release
    from core.latest_observation
    where value_status in ('number', 'censored') and quality_flag is null
),
wholes as (
    select series_code, list(struct_pack(key := dimension, value := code)) as codes
    from registry_universe
    where kind = 'universe'
    group by series_code
),
combinations as (
    select distinct series_code, sex, age, location, dimensions, is_total
    from source
),
parted as (
    select
        c.*,
        list_filter(
            map_entries(map_concat(map {'sex': c.sex, 'age': c.age, 'location': c.location}, c.dimensions)),
            lambda one: one.value is not null and one.value <> 'total'
                and not list_contains(coalesce(w.codes, []), one)
        ) as parts
    from combinations as c
    left join wholes as w on w.series_code = c.series_code
),
labelled as (
    select
        * exclude (parts),
        map_from_entries(if(is_total, parts[:0], parts)) as kept,
        breakdown_label(kept) as label
    from parted
    where is_total or len(parts) = 1
),
chosen as (
    select
        s.* exclude (dimensions, sex, age, location, breakdown),
        s.breakdown as observation_breakdown,
        l.kept as dimensions,
        l.label
    from source as s
    join labelled as l
        on l.series_code = s.series_code
        and l.sex is not distinct from s.sex
        and l.age is not distinct from s.age
        and l.location is not distinct from s.location
        and l.dimensions is not distinct from s.dimensions
        and l.is_total = s.is_total
    qualify row_number() over (
        partition by s.series_code, s.area_code, s.year, l.label
        order by coalesce(s.reporting_type, 'G') <> 'G', s.breakdown
    ) = 1
)
select
    series_code, area_code, year, label as breakdown, dimensions, value, censoring, lower_bound, upper_bound,
    unit, base_period, definition, reporting_type, observation_breakdown, release
from chosen
order by series_code, area_code, year, breakdown
