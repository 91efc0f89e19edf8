-- rule: UNSD-OBS-014
-- severity: warning
-- why: Domestic material consumption (12.2.2) is above zero for every economy: negatives and zeros are a known
--   fault of the source.
-- fix: Leave these values out; they are a known fault of the source.
select
    dataset_id,
    release,
    series_code,
    count(*) as n_rows,
    count(*) filter (value < 0) as n_negative,
    min(value) as lowest,
    min(area_code) as first_area
from staging.observation
where indicator_code = '12.2.2' and value <= 0
group by dataset_id, release, series_code
order by dataset_id, release, series_code
