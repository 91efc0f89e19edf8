-- rule: OSDG-IND-007
-- severity: warning
-- why: A poverty number (1.1.1, 1.2.1, 1.2.2) without a unit is compared with nothing.
-- fix: Tell the government; do not compare the number until it has a unit.
select
    release,
    site_id,
    local_indicator_id,
    indicator_code,
    match,
    n_headline
from staging.local_indicator
where indicator_code in ('1.1.1', '1.2.1', '1.2.2') and n_headline > 0 and unit = 'NOT STATED'
order by all
