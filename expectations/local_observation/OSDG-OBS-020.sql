-- rule: OSDG-OBS-020
-- severity: warning
-- why: All values of a unit of per cent (five or more, three of them different) lie between 0 and 1: very small
--   shares, or shares of one that are a hundred times too small. Compare them with what the site shows.
-- fix: Compare the values with what the site shows; a correction in data/corrections.toml can flag them.
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
where unit = 'PERCENT' and value is not null
group by dataset_id, release, site_id, local_indicator_id, coalesce(published_unit, '')
having count(*) >= 5 and count(distinct value) >= 3 and min(value) >= 0 and max(value) <= 1
order by all
