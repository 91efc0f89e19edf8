-- rule: UNSD-IND-003
-- severity: warning
-- why: The official list has about 250 entries: a number far from that means a list cut off, or a new framework.
-- fix: Pull the list of indicators again; if the framework changed, change the number in this rule.
select
    dataset_id,
    release,
    count(distinct indicator_code) as n_indicators
from staging.indicator
group by dataset_id, release
having count(distinct indicator_code) not between 220 and 280
order by dataset_id, release
