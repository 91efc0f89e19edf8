-- correction_official: staged observations of the series that corrections name, and which of them each means.
-- grain: correction, staged row
-- depends: staging.observation, staging.breakdown, correction_place, correction_series
-- why: rows of the series that are not meant say whether a release holds the area, and all areas, at all.
--      A dimension is compared in canonical codes, which differ less from release to release.
select
    c.correction_id,
    o.dataset_id,
    o.release,
    o.series_code,
    o.area_code,
    o.rowid as staged_row,
    o.value,
    o.value_raw,
    len(c.areas) = 0 or list_contains(c.areas, o.area_code) as is_of_place,
    (len(c.areas) = 0 or list_contains(c.areas, o.area_code))
    and (len(c.years) = 0 or list_contains(c.years, o.year))
    and coalesce(list_bool_and(list_transform(
        map_entries(c.breakdown),
        lambda part: coalesce(part.value = case part.key
            when 'sex' then b.sex
            when 'age' then b.age
            when 'location' then b.location
            else b.dimensions[part.key]
        end, false)
    )), true) as is_meant
from staging.observation as o
join correction_series as s on s.series_code = o.series_code and s.dataset_id = o.dataset_id
join correction_place as c on c.correction_id = s.correction_id
join staging.breakdown as b
    on b.dataset_id = o.dataset_id
    and b.release = o.release
    and b.published_series_code = o.published_series_code
    and b.published_breakdown = o.published_breakdown
where len(c.releases) = 0 or list_contains(c.releases, o.release)
