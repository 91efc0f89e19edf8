-- core.local_observation: values that local and regional governments publish.
-- grain: site, local indicator, row of the file
-- depends: staging.local_observation, staging.local_indicator, staging.correction, core.unit
-- why: what was left out is in audit.reject, and nowhere else. A value that a correction flags stays
--      here as published; evidence leaves it out.
select
    i.local_government_id, o.local_indicator_id, o.year, o.dimensions, o.is_headline, o.value, o.value_raw,
    o.value_status, o.censoring, o.unit, u.unit_code, o.unit_basis, o.published_unit, o.reference_area_kind,
    o.reference_area_name, o.end_year, o.year_text, o.observation_status, o.site_id, o.row_number, o.release,
    o.snapshot_sha256, o.dataset_id, o.series, o.multiplier, o.reference_area_basis, o.poverty_threshold,
    o.poverty_threshold_basis, o.population_unit, o.population_unit_basis,
    c.quality_flag, o.correction_id
from staging.local_observation as o
join staging.local_indicator as i
    on i.dataset_id = o.dataset_id and i.release = o.release
    and i.site_id = o.site_id and i.local_indicator_id = o.local_indicator_id
left join core.unit as u on u.unit = o.unit
left join staging.correction as c on c.correction_id = o.correction_id
order by o.site_id, o.local_indicator_id, o.year, o.row_number
