-- rule: UNSD-OBS-020
-- severity: critical
-- why: Golden record: extreme poverty in the World in 2015 reads 9.9, 9.9, 10, 10.1 and 10.8 per cent
--   in the releases 2019.Q2.G.01, 2019.Q3.G.01, 2020-10-19, 2022-07-10 and 2023-12-17. Another number
--   means that columns or releases were mixed up.
-- fix: Do not publish: look which release or column was mixed up.
select
    release,
    series_code,
    area_code,
    year,
    value,
    value_raw,
    unit
from staging.observation
where dataset_id = 'unsd'
    and series_code = 'SI_POV_DAY1'
    and area_code = '001'
    and year = 2015
    and published_breakdown = ''
    and value is distinct from case release
        when '2019.Q2.G.01' then 9.9
        when '2019.Q3.G.01' then 9.9
        when '2020-10-19' then 10.0
        when '2022-07-10' then 10.1
        when '2023-12-17' then 10.8
        else value
    end
order by all
