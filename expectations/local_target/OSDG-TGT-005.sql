-- rule: OSDG-TGT-005
-- severity: warning
-- why: A target in per cent outside -100 to 1000 has another unit than its indicator.
-- fix: Compare the target with what the site shows, and tell the government.
select
    release,
    site_id,
    local_indicator_id,
    target_kind,
    sequence,
    year,
    value,
    value_raw
from staging.local_target
where unit = 'PERCENT' and not value between -100 and 1000
order by all
