-- rule: OSDG-OBS-007
-- severity: critical
-- why: The headline of a series has one unit over the years: two units would be drawn as one line.
-- fix: Report it with the examples; it is a fault of the build.
select
    dataset_id,
    release,
    site_id,
    local_indicator_id,
    series,
    string_agg(distinct unit, ', ' order by unit) as units
from staging.local_observation
where is_headline
group by dataset_id, release, site_id, local_indicator_id, series
having count(distinct unit) > 1
order by all
