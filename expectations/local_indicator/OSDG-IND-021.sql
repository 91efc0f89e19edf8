-- rule: OSDG-IND-021
-- severity: warning
-- why: Numbers of the own area were not understood, in the form that the site writes: what is left of them would be a
--   biased series, so that the indicator has no headline.
-- fix: Look at the examples; tell the government which cells cannot be read.
select
    dataset_id,
    release,
    site_id,
    local_indicator_id,
    n_rows,
    n_unread,
    n_headline
from staging.local_indicator
where n_unread > 0
order by all
