-- rule: UNSD-OBS-006
-- severity: critical
-- why: A year more than five years ahead would become the latest value of its series.
-- fix: Download the file again; if the year stays, drop the row in data/corrections.toml.
select
    release,
    series_code,
    area_code,
    year,
    replace(published_breakdown, chr(31), '; ') as breakdown,
    value_raw
from staging.observation
where year > year(current_date) + 5
order by all
