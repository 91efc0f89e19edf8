-- rule: OSDG-OBS-008
-- severity: warning
-- why: A value in per cent outside -100 to 1000 has another unit than its file says.
-- fix: Compare the values with what the site shows; correct the unit in data/corrections.toml.
select
    dataset_id,
    release,
    site_id,
    local_indicator_id,
    count(*) as n_rows,
    count(*) filter (is_headline) as n_headline,
    min(value) as lowest,
    max(value) as highest
from staging.local_observation
where unit = 'PERCENT' and not value between -100 and 1000
group by dataset_id, release, site_id, local_indicator_id
order by all
