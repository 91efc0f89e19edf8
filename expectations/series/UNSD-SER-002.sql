-- rule: UNSD-SER-002
-- severity: warning
-- why: An indicator code in another form links the series to no official indicator.
-- fix: Report the code to the publisher; the series is kept without an indicator.
select
    release,
    series_code,
    indicator_code
from staging.series
where not regexp_full_match(indicator_code, '(1[0-7]|[1-9])[.]([1-9][0-9]?|[a-z])[.][1-9][0-9]?')
order by all
