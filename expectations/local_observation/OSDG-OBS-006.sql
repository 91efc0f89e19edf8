-- rule: OSDG-OBS-006
-- severity: critical
-- why: A series of an indicator has one headline a year: two would be drawn as one line.
-- fix: Report it with the examples; it is a fault of the build.
select
    dataset_id,
    release,
    site_id,
    local_indicator_id,
    series,
    year,
    count(*) as n_headlines,
    string_agg(distinct unit, ', ' order by unit) as units
from staging.local_observation
where is_headline
group by dataset_id, release, site_id, local_indicator_id, series, year
having count(*) > 1
order by all
