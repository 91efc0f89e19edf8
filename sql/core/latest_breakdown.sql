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
--   hundred differ in them. Where one combination of a series has a label, none of its rows has a rival.
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
    select distinct
        series_code, sex, age, location, dimensions, is_total, breakdown,
        coalesce(reporting_type, 'G') <> 'G' as is_national
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
rivals as (
    select *, count(*) over (partition by series_code, label) > 1 as has_rival
    from labelled
),
candidates as not materialized (
    select
        s.* exclude (dimensions, sex, age, location, breakdown),
        s.breakdown as observation_breakdown,
        r.kept as dimensions,
        r.label, r.is_national, r.has_rival
    from source as s
    join rivals as r
        on r.series_code = s.series_code
        and r.breakdown = s.breakdown
        and r.is_national = (coalesce(s.reporting_type, 'G') <> 'G')
        and r.sex is not distinct from s.sex
        and r.age is not distinct from s.age
        and r.location is not distinct from s.location
        and r.dimensions is not distinct from s.dimensions
        and r.is_total = s.is_total
),
chosen as (
    select *
    from candidates
    where not has_rival
    union all
    select *
    from candidates
    where has_rival
    qualify row_number() over (
        partition by series_code, area_code, year, label order by is_national, observation_breakdown
    ) = 1
)
select
    series_code, area_code, year, label as breakdown, dimensions, value, censoring, lower_bound, upper_bound,
    unit, base_period, definition, reporting_type, observation_breakdown, release
from chosen
order by series_code, area_code, year, breakdown
