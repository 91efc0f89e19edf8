-- core.latest_observation: the newest whole release of each series.
-- grain: series, area, year, disaggregation; depends: core.observation, core.series_release
-- why: one release a series, so that no line mixes two
select o.*
from core.observation as o
join core.series_release as r using (dataset_id, series_code, release)
where r.is_latest
