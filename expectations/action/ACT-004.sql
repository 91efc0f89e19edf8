-- rule: ACT-004
-- severity: warning
-- why: A government that the reviewed list lacks may be one that it has under another name: add it or an alias.
-- fix: Add the name to src/localsdg/registry/local_government_names.csv, or the government to local_governments.csv.
select distinct
    local_government_id,
    local_government,
    iso3
from staging.action
where is_provisional
order by all
