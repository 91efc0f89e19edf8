-- rule: WH-007
-- severity: warning
-- why: a release that covers fewer than half of the countries of another is not shown as the latest
select series_code, release, n_areas
from core.series_release
where is_partial
    and release_rank = (
        select max(n.release_rank) from core.series_release as n
        where n.series_code = series_release.series_code
    )
