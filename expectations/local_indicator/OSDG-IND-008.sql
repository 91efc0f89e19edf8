-- rule: OSDG-IND-008
-- severity: warning
-- why: A number under 1.1.1 or 1.2.1 whose poverty line nothing states cannot be set beside the nation's, and may
--   be no poverty number at all.
-- fix: Tell the government; do not set the number beside the nation's until the line is known.
select
    release,
    site_id,
    local_indicator_id,
    indicator_code,
    match,
    match_reason,
    n_headline
from staging.local_indicator
where indicator_code in ('1.1.1', '1.2.1') and n_headline > 0 and poverty_threshold is null
order by all
