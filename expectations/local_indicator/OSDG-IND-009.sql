-- rule: OSDG-IND-009
-- severity: warning
-- why: Two indicators of different governments have the same years and values and both are used: one may be a
--   copy.
-- fix: Look at both sites; a copy may be named in data/corrections.toml.
select
    release,
    site_id,
    local_indicator_id,
    shared_with,
    n_rows
from staging.local_indicator
where shared_with is not null
    and not starts_with(shared_with, site_id || '/')
    and exclusion_rule is null
    and n_rows > n_rows_rejected
order by all
