-- What changed between the last two releases of each series, the largest relative changes first.
-- name: changed_between_releases
-- grain: series, area, year, disaggregation
-- depends: audit.value_change, core.area, core.series, core.series_release
-- why: a figure that was shown last year may read otherwise today. Units differ between series, so
--   changes are ranked by their size relative to the old value; a change from zero, and values
--   that were added or removed, have no such size and come last. Partial releases are left out.
with source as (
    select
        dataset_id,
        series_code,
        area_code,
        year,
        breakdown,
        old_release,
        new_release,
        old_value,
        new_value,
        change
    from audit.value_change
),
-- by the releases that are loaded, not by the changes found: a last pair without any change gives no row
last_pairs as (
    select
        dataset_id,
        series_code,
        release as new_release,
        lag(release) over (partition by dataset_id, series_code order by release_rank) as old_release,
        row_number() over (partition by dataset_id, series_code order by release_rank desc) as place_from_last
    from core.series_release
    where not is_partial
),
final as (
    select
        source.series_code,
        series.description,
        source.area_code,
        area.name as area_name,
        source.year,
        source.breakdown,
        source.old_release,
        source.new_release,
        source.old_value,
        source.new_value,
        source.change,
        100 * (source.new_value - source.old_value) / nullif(abs(source.old_value), 0)
            as change_pct
    from source
    inner join last_pairs
        on last_pairs.dataset_id = source.dataset_id
        and last_pairs.series_code = source.series_code
        and last_pairs.old_release = source.old_release
        and last_pairs.new_release = source.new_release
        and last_pairs.place_from_last = 1
    inner join core.series as series on series.series_code = source.series_code
    inner join core.area as area on area.area_code = source.area_code
)
select
    cast(series_code as varchar) as series_code,
    cast(description as varchar) as description,
    cast(area_code as varchar) as area_code,
    cast(area_name as varchar) as area_name,
    cast(year as integer) as year,
    cast(breakdown as varchar) as breakdown,
    cast(old_release as varchar) as old_release,
    cast(new_release as varchar) as new_release,
    cast(old_value as double) as old_value,
    cast(new_value as double) as new_value,
    cast(change as varchar) as change,
    cast(change_pct as double) as change_pct
from final
order by
    abs(change_pct) desc nulls last,
    abs(new_value - old_value) desc nulls last,
    series_code,
    area_code,
    year,
    breakdown
