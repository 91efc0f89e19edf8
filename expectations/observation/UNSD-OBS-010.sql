-- rule: UNSD-OBS-010
-- severity: warning
-- why: An indicator code in another form links its rows to no official indicator.
-- fix: Report the code to the publisher; the values are kept without an indicator.
select
    dataset_id,
    release,
    series_code,
    indicator_code,
    count(*) as n_rows
from staging.observation
-- a row may name several, separated by commas
where not regexp_full_match(indicator_code, '((^|,)(1[0-7]|[1-9])[.]([1-9][0-9]?|[a-z])[.][1-9][0-9]?)+')
group by all
order by all
