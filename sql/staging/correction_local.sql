-- correction_local_row: staged values of the sites that corrections name, and which of them each means.
-- grain: correction, row of a local file
-- depends: staging.local_observation, staging.local_indicator, correction_place
-- why: rows of the indicator that are not meant say whether a snapshot holds it at all.
select
    c.correction_id,
    o.dataset_id,
    o.release,
    o.site_id,
    o.local_indicator_id,
    o.row_number,
    o.year_text,
    o.snapshot_sha256,
    o.is_headline,
    o.value,
    o.value_raw,
    (len(c.years) = 0 or list_contains(c.years, o.year))
    and coalesce(list_bool_and(list_transform(
        map_entries(c.breakdown), lambda part: coalesce(o.dimensions[part.key] = part.value, false)
    )), true) as is_meant
from staging.local_observation as o
join staging.local_indicator as i
    on i.dataset_id = o.dataset_id and i.release = o.release
    and i.site_id = o.site_id and i.local_indicator_id = o.local_indicator_id
join correction_place as c
    on c.is_local
    and c.dataset_id = o.dataset_id
    and (len(c.sites) = 0 or list_contains(c.sites, o.site_id))
    and (len(c.governments) = 0 or list_contains(c.governments, i.local_government_id))
    and (len(c.indicators) = 0 or list_contains(c.indicators, o.local_indicator_id))
where len(c.releases) = 0 or list_contains(c.releases, o.release)
