-- rule: OSDG-IND-006
-- severity: warning
-- why: More than half of a site's indicators (of twenty or more) are placeholders: its own count of complete ones
--   says nothing.
-- fix: Count only rows of core.local_indicator that are no placeholder; tell the government.
select
    dataset_id,
    release,
    site_id,
    count(*) as n_indicators,
    count(*) filter (is_placeholder) as n_placeholders
from staging.local_indicator
group by dataset_id, release, site_id
having count(*) >= 20 and count(*) filter (is_placeholder) > 0.5 * count(*)
order by dataset_id, release, site_id
