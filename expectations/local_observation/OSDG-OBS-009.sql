-- rule: OSDG-OBS-009
-- severity: warning
-- why: More than one value in twenty of a site (of twenty rows or more) was not understood: it writes something
--   new.
-- fix: Look at the values in audit.reject; a new way to write numbers needs a rule in staging.
select
    dataset_id,
    release,
    site_id,
    count(*) as n_rows,
    count(*) filter (value_status = 'unparsed') as n_unparsed,
    min(value_raw) filter (value_status = 'unparsed') as first_text
from staging.local_observation
group by dataset_id, release, site_id
having count(*) >= 20 and count(*) filter (value_status = 'unparsed') > 0.05 * count(*)
order by all
