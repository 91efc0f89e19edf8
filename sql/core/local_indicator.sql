-- core.local_indicator: indicators that local and regional governments publish.
-- grain: site, local indicator; depends: staging.local_indicator, core.unit
-- why: one row whatever happened to the data file: an indicator that was left out
--      keeps its row, with the rule
select
    i.local_government_id, i.local_indicator_id, i.local_title as title, i.unit, u.unit_code, i.language,
    i.reporting_status, i.indicator_code, i.target_code, i.goal_code, i.match, i.match_reason,
    i.is_placeholder, i.placeholder_rule, i.exclusion_rule, i.site_id, i.unit_basis, i.poverty_threshold,
    i.population_unit, i.n_rows, i.n_rows_rejected, i.n_headline, i.first_year, i.last_year, i.release,
    i.snapshot_sha256, i.dataset_id, i.shared_with, i.shared_reason, i.placeholder_sign, i.n_own_rows,
    i.no_headline_reason, i.no_headline_column
from staging.local_indicator as i
left join core.unit as u on u.unit = i.unit
order by i.site_id, i.local_indicator_id
