-- rule: OSDG-IND-013
-- severity: warning
-- why: Two sites of one government have figures of the same UN indicator, and both are shown, each with its site:
--   one may be an older repository or a copy for tests.
-- fix: Use the figures of one of the sites; remove the other from the list of sites if it is out of date.
select
    local_government_id,
    indicator_code,
    count(distinct site_id) as n_sites,
    string_agg(site_id || '/' || local_indicator_id, ', ' order by site_id, local_indicator_id) as sites
from staging.local_indicator
where indicator_code is not null and exclusion_rule is null and n_headline > 0
group by local_government_id, indicator_code
having count(distinct site_id) > 1
order by all
