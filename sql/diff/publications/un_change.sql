-- diff/publications/un_change: values of the latest releases of UN series that differ between two published files.
-- grain: dataset, series, area, year, disaggregation
-- depends: core.observation, series_pair
-- why: compared as releases are (audit.value_change): in canonical codes and without the dimensions that are total,
--   so that a series that gains a dimension has the same total before and after. breakdown is that of the newer file.
with older_spelling as (
    select
        o.dataset_id, o.series_code, o.breakdown, o.is_total,
        any_value(o.sex) as sex, any_value(o.age) as age, any_value(o.location) as location,
        any_value(o.dimensions) as dimensions, any_value(o.reporting_type) as reporting_type
    from old.core.observation as o
    join series_pair as p
        on p.dataset_id = o.dataset_id and p.series_code = o.series_code and p.old_release = o.release
        and p.is_different
    group by o.dataset_id, o.series_code, o.breakdown, o.is_total
),
newer_spelling as (
    select
        o.dataset_id, o.series_code, o.breakdown, o.is_total,
        any_value(o.sex) as sex, any_value(o.age) as age, any_value(o.location) as location,
        any_value(o.dimensions) as dimensions, any_value(o.reporting_type) as reporting_type
    from new.core.observation as o
    join series_pair as p
        on p.dataset_id = o.dataset_id and p.series_code = o.series_code and p.new_release = o.release
        and p.is_different
    group by o.dataset_id, o.series_code, o.breakdown, o.is_total
),
labelled as (
    select
        side, dataset_id, series_code, breakdown,
        if(is_total, '', concat_ws(
            '; ', 'sex=' || nullif(sex, 'total'), 'age=' || nullif(age, 'total'),
            'location=' || nullif(location, 'total'), 'reporting_type=' || nullif(reporting_type, 'G'),
            nullif(array_to_string(list_transform(
                list_filter(map_entries(dimensions), lambda entry: entry['value'] <> 'total'),
                lambda entry: entry['key'] || '=' || entry['value']
            ), '; '), '')
        )) as part
    from (
        select 'old' as side, * from older_spelling
        union all
        select 'new' as side, * from newer_spelling
    )
),
parts as (
    -- of two spellings of one breakdown in a release the fuller is compared
    select side, dataset_id, series_code, breakdown, part
    from labelled
    qualify row_number() over (
        partition by side, dataset_id, series_code, part order by length(breakdown) desc, breakdown
    ) = 1
),
older as ( -- noqa: ST03
    select o.dataset_id, o.series_code, o.area_code, o.year, o.breakdown, s.part, o.value, o.value_raw
    from old.core.observation as o
    join series_pair as p
        on p.dataset_id = o.dataset_id and p.series_code = o.series_code and p.old_release = o.release
        and p.is_different
    join parts as s
        on s.side = 'old' and s.dataset_id = o.dataset_id and s.series_code = o.series_code
        and s.breakdown = o.breakdown
),
newer as ( -- noqa: ST03
    select o.dataset_id, o.series_code, o.area_code, o.year, o.breakdown, s.part, o.value, o.value_raw
    from new.core.observation as o
    join series_pair as p
        on p.dataset_id = o.dataset_id and p.series_code = o.series_code and p.new_release = o.release
        and p.is_different
    join parts as s
        on s.side = 'new' and s.dataset_id = o.dataset_id and s.series_code = o.series_code
        and s.breakdown = o.breakdown
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
