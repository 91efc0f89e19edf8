-- rule: REV-004
-- severity: warning
-- why: A government that the reviewed list lacks may be one that it has under another name: add it or an alias.
select distinct
    local_government_id,
    local_government,
    iso3
from staging.review
where is_provisional
order by all
