-- rule: OSDG-IND-010
-- severity: warning
-- why: The same years and values are under codes of two UN indicators of one site, with different titles or places:
--   a file may have been copied to the wrong code.
-- fix: Look at both files at the site, and tell the government which code is wrong.
select
    release,
    site_id,
    local_indicator_id,
    shared_with,
    shared_reason,
    n_rows
from staging.local_indicator
where starts_with(shared_with, site_id || '/') and not contains(shared_reason, 'with one title')
order by all
