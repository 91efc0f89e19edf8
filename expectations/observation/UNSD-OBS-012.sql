-- rule: UNSD-OBS-012
-- severity: critical
-- why: Two units within one series and release would be drawn as one line.
-- fix: Report the series to the publisher; drop the rows of one unit in data/corrections.toml.
select
    dataset_id,
    release,
    series_code,
    string_agg(distinct unit, ', ' order by unit) as units,
    count(*) as n_rows
from staging.observation
group by dataset_id, release, series_code
having min(unit) <> max(unit)
order by dataset_id, release, series_code
