-- rule: OSDG-OBS-005
-- severity: critical
-- why: A headline is of the government's own area: the nation's number must not be shown as the city's.
-- fix: Report it with the examples; it is a fault of the build.
select
    release,
    site_id,
    local_indicator_id,
    row_number,
    year,
    reference_area_kind,
    reference_area_name
from staging.local_observation
where is_headline and reference_area_kind not in ('own', 'unknown')
order by all
