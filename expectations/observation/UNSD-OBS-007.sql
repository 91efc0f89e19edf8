-- rule: UNSD-OBS-007
-- severity: warning
-- why: The database starts in the 1960s: a year before 1950 is more likely a misread column than an observation.
-- fix: Compare with the source; drop the row in data/corrections.toml if the year is misread.
select
    release,
    series_code,
    area_code,
    year,
    replace(published_breakdown, chr(31), '; ') as breakdown,
    value_raw
from staging.observation
where year < 1950
order by all
