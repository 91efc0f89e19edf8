-- rule: OSDG-OBS-012
-- severity: warning
-- why: A year more than five ahead is a projection, a target or placeholder data: it must not be shown as the
--   latest observation.
select
    dataset_id,
    release,
    site_id,
    local_indicator_id,
    count(*) as n_rows,
    count(*) filter (is_headline) as n_headline,
    max(end_year) as last_year
from staging.local_observation
where end_year > year(current_date) + 5
group by dataset_id, release, site_id, local_indicator_id
order by all
