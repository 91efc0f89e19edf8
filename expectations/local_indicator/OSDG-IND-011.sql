-- rule: OSDG-IND-011
-- severity: warning
-- why: Numbers that are in use have a title of a test, one that was never filled in, or look typed: nobody can tell
--   what they measure.
-- fix: Look at the indicator at the site; a correction in data/corrections.toml leaves its numbers out.
select
    release,
    site_id,
    local_indicator_id,
    local_title,
    placeholder_sign,
    n_headline
from staging.local_indicator
where placeholder_sign is not null and exclusion_rule is null and n_rows > n_rows_rejected
order by all
