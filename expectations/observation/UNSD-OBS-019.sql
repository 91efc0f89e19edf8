-- rule: UNSD-OBS-019
-- severity: warning
-- why: More than one value in a hundred of a release was not understood. Files with more than a tenth are set
--   aside (UNSD-F03).
-- fix: Look at value_raw of the rows with value_status 'unparsed'; a new spelling needs a rule in staging.
select
    dataset_id,
    release,
    count(*) as n_rows,
    count(*) filter (value_status = 'unparsed') as n_unparsed,
    min(value_raw) filter (value_status = 'unparsed') as first_text
from staging.observation
group by dataset_id, release
having count(*) filter (value_status = 'unparsed') > 0.01 * count(*)
order by dataset_id, release
