-- diff/publications/un_change: values of the latest releases of UN series that differ between two published files.
-- grain: dataset, series, area, year, disaggregation
-- depends: core.observation, series_pair
-- why: compared as releases are (audit.value_change): in canonical codes and without the dimensions that are total,
--   so that a series that gains a dimension has the same total before and after. breakdown is that of the newer file.
with observations as (
    select
        'old' as side, o.dataset_id, o.series_code, o.area_code, o.year, o.breakdown, o.value, o.value_raw,
        o.is_total, o.sex, o.age, o.location, o.dimensions, o.reporting_type
    from old.core.observation as o
    join series_pair as p
        on p.dataset_id = o.dataset_id and p.series_code = o.series_code and p.old_release = o.release
        and p.is_different
    union all
    select
        'new' as side, o.dataset_id, o.series_code, o.area_code, o.year, o.breakdown, o.value, o.value_raw,
        o.is_total, o.sex, o.age, o.location, o.dimensions, o.reporting_type
    from new.core.observation as o
    join series_pair as p
        on p.dataset_id = o.dataset_id and p.series_code = o.series_code and p.new_release = o.release
        and p.is_different
),
spellings as (
    -- hundreds of breakdowns for hundreds of thousands of observations
    select
        side, dataset_id, series_code, breakdown, is_total,
        any_value(sex) as sex, any_value(age) as age, any_value(location) as location,
        any_value(dimensions) as dimensions, any_value(reporting_type) as reporting_type
    from observations
    group by side, dataset_id, series_code, breakdown, is_total
),
labelled as (
    select
        side, dataset_id, series_code, breakdown,
        disaggregation_key(is_total, sex, age, location, reporting_type, dimensions) as part
    from spellings
),
parts as (
    -- of two spellings of one breakdown in a release the fuller is compared
    select side, dataset_id, series_code, breakdown, part
    from labelled
    qualify row_number() over (
        partition by side, dataset_id, series_code, part order by length(breakdown) desc, breakdown
    ) = 1
),
keyed as (
    select o.side, o.dataset_id, o.series_code, o.area_code, o.year, o.breakdown, s.part, o.value, o.value_raw
    from observations as o
    join parts as s
        on s.side = o.side and s.dataset_id = o.dataset_id and s.series_code = o.series_code
        and s.breakdown = o.breakdown
),
older as ( -- noqa: ST03
    select dataset_id, series_code, area_code, year, breakdown, part, value, value_raw
    from keyed
    where side = 'old'
),
newer as ( -- noqa: ST03
    select dataset_id, series_code, area_code, year, breakdown, part, value, value_raw
    from keyed
    where side = 'new'
),
compared as (
    select
        dataset_id, series_code, area_code, year, part, -- noqa: RF03
        coalesce(newer.breakdown, older.breakdown) as breakdown, -- noqa: RF03
        older.value as old_value, newer.value as new_value,
        older.value_raw as old_value_raw, newer.value_raw as new_value_raw,
        case
            when older.value_raw is null then 'added'
            when newer.value_raw is null then 'removed'
            when newer.value is distinct from older.value
                or (newer.value is null and newer.value_raw <> older.value_raw) then 'changed'
        end as change
    from older
    full join newer using (dataset_id, series_code, area_code, year, part)
)
select
    c.series_code, c.area_code, c.year, c.breakdown, c.part = '' as is_total, p.old_release, p.new_release,
    c.old_value, c.new_value, c.old_value_raw, c.new_value_raw, c.change, c.dataset_id
from compared as c
join series_pair as p on p.dataset_id = c.dataset_id and p.series_code = c.series_code
where c.change is not null
