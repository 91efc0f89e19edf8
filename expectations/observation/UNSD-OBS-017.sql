-- rule: UNSD-OBS-017
-- severity: warning
-- why: A value outside its own uncertainty interval means that a bound or the value is wrong.
-- fix: Compare with the source; do not quote the interval.
select
    release,
    series_code,
    area_code,
    year,
    replace(published_breakdown, chr(31), '; ') as breakdown,
    value,
    lower_bound,
    upper_bound
from staging.observation
where value_status = 'number' and (value < lower_bound or value > upper_bound or lower_bound > upper_bound)
order by all
