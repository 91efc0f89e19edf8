-- rule: UNSD-OBS-009
-- severity: critical
-- why: A text that is no series code comes from a shifted column.
-- fix: Download the file again: a column was shifted.
select
    dataset_id,
    release,
    series_code,
    published_series_code,
    count(*) as n_rows
from staging.observation
where not regexp_full_match(series_code, '[A-Z]{2}(_[A-Za-z0-9]+)+')
    or not regexp_full_match(published_series_code, '[A-Z]{2}(_[A-Za-z0-9]+)+')
group by all
order by all
