-- rule: UNSD-OBS-008
-- severity: critical
-- why: M49 codes have three digits, a provider's own groups five: any other text meets no area.
-- fix: Download the file again: a spreadsheet may have changed the codes.
select
    area_code,
    min(area_name) as area_name,
    count(*) as n_rows,
    min(series_code) as first_series
from staging.observation
where not regexp_full_match(area_code, '[0-9]{3,5}')
group by area_code
order by area_code
