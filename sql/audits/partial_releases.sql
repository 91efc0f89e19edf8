-- rule: WH-007
-- severity: warning
-- why: a newer release that holds only a part of the series is not shown as the latest
-- fix: Query the newer release by its name in core.observation, or pull it whole.
select dataset_id, series_code, release, n_areas, n_years, n_rows, is_limited
from core.series_release
where is_partial
    and release_rank = (
        select max(n.release_rank) from core.series_release as n
        where n.dataset_id = series_release.dataset_id and n.series_code = series_release.series_code
    )
