-- rule: UNSD-OBS-022
-- severity: warning
-- why: A nature outside the list of the service tells the reader nothing about how the figure was made.
-- fix: Look the code up at the publisher, then add it to src/localsdg/registry/codes.csv.
select
    release,
    series_code,
    area_code,
    year,
    value_raw,
    nature
from staging.observation
where nature not in ('C', 'CA', 'E', 'G', 'M', 'N', 'NA')
order by all
