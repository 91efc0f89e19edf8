-- core.local_indicator: indicators that local and regional governments publish.
-- grain: site, local indicator; depends: staging.local_indicator
-- why: one row whatever happened to the data file: an indicator that was left out
--      keeps its row, with the rule
select
    local_government_id, local_indicator_id, local_title as title, unit, language, reporting_status,
    indicator_code, target_code, goal_code, match, match_reason, is_placeholder, placeholder_rule,
    exclusion_rule, site_id, unit_basis, poverty_threshold, population_unit, n_rows, n_rows_rejected,
    n_headline, first_year, last_year, release, snapshot_sha256, dataset_id, shared_with, shared_reason,
    placeholder_sign, n_own_rows, no_headline_reason, no_headline_column
from staging.local_indicator
order by site_id, local_indicator_id
