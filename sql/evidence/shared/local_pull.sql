-- shared local_pull: the newest pull of local sites, and how many local governments have a site
-- grain: one row
-- depends: core.local_indicator
-- why: a count of local reporting is of the day of the pull; a government counts whether it has own numbers or not
select
    max(cast(regexp_extract(release, '@([0-9]{4})', 1) as integer)) as year,
    count(distinct local_government_id) as n_governments,
    n_governments || ' local governments, newest pull ' || max(regexp_extract(release, '@(.+)$', 1)) as release
from core.local_indicator
