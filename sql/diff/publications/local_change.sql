-- diff/publications/local_change: values of local and regional governments that differ between two published files.
-- grain: site, local indicator, year, breakdown, occurrence
-- depends: core.local_observation
-- why: a row of a file has no name of its own: a row that is put in shifts the numbers of all below. Rows are
--   compared by what they are about; of equals the first is compared with the first. Sites whose sums of hashes
--   are equal are left out before that.
with records as (
    select
        'old' as side, site_id, local_indicator_id, local_government_id, unit, is_headline, value, value_raw, release,
        year, year_text, end_year, series, reference_area_name, row_number,
        cast(dimensions as varchar) as dimensions
    from old.core.local_observation
    union all
    select
        'new' as side, site_id, local_indicator_id, local_government_id, unit, is_headline, value, value_raw, release,
        year, year_text, end_year, series, reference_area_name, row_number,
        cast(dimensions as varchar) as dimensions
    from new.core.local_observation
),
identified as (
    select
        side, site_id, local_indicator_id, local_government_id, year, dimensions, unit, is_headline, value, value_raw,
        release, row_number,
        hash(
            site_id, local_indicator_id, year, year_text, end_year, dimensions, series, unit, reference_area_name
        ) as identity
    from records
),
digests as (
    select
        site_id,
        sum(hash(identity, value, value_raw)) filter (where side = 'old') as older,
        sum(hash(identity, value, value_raw)) filter (where side = 'new') as newer
    from identified
    group by site_id
),
numbered as (
    select
        side, site_id, local_indicator_id, local_government_id, year, dimensions, unit, is_headline, value, value_raw,
        release, identity,
        row_number() over (partition by side, identity order by row_number) as occurrence
    from identified
    where site_id in (select site_id from digests where older is distinct from newer)
),
older as ( -- noqa: ST03
    select
        site_id, local_indicator_id, local_government_id, year, dimensions, unit, is_headline, value, value_raw,
        release, identity, occurrence
    from numbered
    where side = 'old'
),
newer as ( -- noqa: ST03
    select
        site_id, local_indicator_id, local_government_id, year, dimensions, unit, is_headline, value, value_raw,
        release, identity, occurrence
    from numbered
    where side = 'new'
),
compared as (
    select
        coalesce(newer.site_id, older.site_id) as site_id,
        coalesce(newer.local_indicator_id, older.local_indicator_id) as local_indicator_id,
        coalesce(newer.local_government_id, older.local_government_id) as local_government_id,
        coalesce(newer.year, older.year) as year,
        coalesce(newer.dimensions, older.dimensions) as dimensions,
        coalesce(newer.unit, older.unit) as unit,
        coalesce(newer.is_headline, older.is_headline) as is_headline,
        older.release as old_release, newer.release as new_release,
        older.value as old_value, newer.value as new_value,
        older.value_raw as old_value_raw, newer.value_raw as new_value_raw,
        case
            when older.identity is null then 'added'
            when newer.identity is null then 'removed'
            when newer.value is distinct from older.value
                or (newer.value is null and newer.value_raw <> older.value_raw) then 'changed'
        end as change
    from older
    full join newer using (identity, occurrence)
)
select
    site_id, local_indicator_id, local_government_id, year, dimensions, unit, is_headline, old_release, new_release,
    old_value, new_value, old_value_raw, new_value_raw, change
from compared
where change is not null
