-- rule: OSDG-IND-022
-- severity: warning
-- why: The titles of an indicator could not be compared with the official ones because of a program error: its match
--   `none` says nothing of the indicator, which may be an official one.
-- fix: Report it with the examples; it is a fault of the program.
select
    release,
    site_id,
    local_indicator_id,
    local_title,
    match_reason
from staging.local_indicator
where match = 'none' and starts_with(match_reason, 'could not be compared: ')
order by all
