-- core.local_observation: values that local and regional governments publish.
-- grain: site, local indicator, row of the file
-- depends: staging.local_observation, staging.local_indicator
-- why: what was thrown out stands in audit.reject, and nowhere else
select
    cast(i.local_government_id as varchar) as local_government_id,
    cast(o.local_indicator_id as varchar) as local_indicator_id,
    cast(o.year as integer) as year,
    cast(o.dimensions as map(varchar, varchar)) as dimensions,
    cast(o.is_headline as boolean) as is_headline,
    cast(o.value as double) as value,
    cast(o.value_raw as varchar) as value_raw,
    cast(o.value_status as varchar) as value_status,
    cast(o.censoring as varchar) as censoring,
    cast(o.unit as varchar) as unit,
    cast(o.unit_basis as varchar) as unit_basis,
    cast(o.published_unit as varchar) as published_unit,
    cast(o.reference_area_kind as varchar) as reference_area_kind,
    cast(o.reference_area_name as varchar) as reference_area_name,
    cast(o.end_year as integer) as end_year,
    cast(o.year_text as varchar) as year_text,
    cast(o.observation_status as varchar) as observation_status,
    cast(o.site_id as varchar) as site_id,
    cast(o.row_number as bigint) as row_number,
    cast(o.release as varchar) as release,
    cast(o.snapshot_sha256 as varchar) as snapshot_sha256,
    cast(o.dataset_id as varchar) as dataset_id
from staging.local_observation as o
join staging.local_indicator as i
    on i.dataset_id = o.dataset_id and i.release = o.release
    and i.site_id = o.site_id and i.local_indicator_id = o.local_indicator_id
order by o.site_id, o.local_indicator_id, o.year, o.row_number
