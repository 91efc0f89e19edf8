-- rule: UNSD-OBS-016
-- severity: warning
-- why: A disaster loss above a million million dollars (1.5.2, 11.5.2) is a plain amount labelled as millions: a
--   known fault of the source.
-- fix: Leave the value out, or divide it by a million after a look at the source.
select
    dataset_id,
    release,
    series_code,
    unit,
    count(*) as n_rows,
    max(value) as highest,
    first(area_code order by value desc, area_code, year) as area_code,
    first(year order by value desc, area_code, year) as year
from staging.observation
where indicator_code in ('1.5.2', '11.5.2')
    and contains(unit, 'USD')
    and value * if(ends_with(unit, '_M'), 1e6, 1) > 1e12
group by dataset_id, release, series_code, unit
order by dataset_id, release, series_code
