-- rule: OSDG-OBS-010
-- severity: warning
-- why: Not one row of a site with twenty or more is of its own area: its name was not recognised, or it is another
--   place's site.
-- fix: Add the name of the area to src/localsdg/registry/local_government_names.csv, or correct the list of sites.
select
    dataset_id,
    release,
    site_id,
    count(*) as n_rows,
    min(reference_area_name) as first_name
from staging.local_observation
group by dataset_id, release, site_id
having count(*) >= 20 and not bool_or(reference_area_kind in ('own', 'part'))
order by all
