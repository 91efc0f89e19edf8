-- core.local_indicator: indicators that local and regional governments publish.
-- grain: site, local indicator; depends: staging.local_indicator
-- why: one row whatever happened to the data file: an indicator that was thrown out
--      keeps its row, with the rule
select
    cast(local_government_id as varchar) as local_government_id,
    cast(local_indicator_id as varchar) as local_indicator_id,
    cast(local_title as varchar) as title,
    cast(unit as varchar) as unit,
    cast(language as varchar) as language,
    cast(reporting_status as varchar) as reporting_status,
    cast(indicator_code as varchar) as indicator_code,
    cast(target_code as varchar) as target_code,
    cast(goal_code as varchar) as goal_code,
    cast(match as varchar) as match,
    cast(match_reason as varchar) as match_reason,
    cast(is_placeholder as boolean) as is_placeholder,
    cast(placeholder_rule as varchar) as placeholder_rule,
    cast(exclusion_rule as varchar) as exclusion_rule,
    cast(site_id as varchar) as site_id,
    cast(unit_basis as varchar) as unit_basis,
    cast(poverty_threshold as varchar) as poverty_threshold,
    cast(population_unit as varchar) as population_unit,
    cast(n_rows as bigint) as n_rows,
    cast(n_rows_rejected as bigint) as n_rows_rejected,
    cast(n_headline as bigint) as n_headline,
    cast(first_year as integer) as first_year,
    cast(last_year as integer) as last_year,
    cast(release as varchar) as release,
    cast(snapshot_sha256 as varchar) as snapshot_sha256,
    cast(dataset_id as varchar) as dataset_id
from staging.local_indicator
order by site_id, local_indicator_id
