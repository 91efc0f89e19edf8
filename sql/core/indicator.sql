-- core.indicator: the newest list available has the word, indicator by indicator.
-- grain: indicator; depends: staging.indicator, release_order
-- why: an older list may hold a code that a newer one dropped; it is kept with its release
with newest as (
    select s.*
    from staging.indicator as s
    join release_order as r using (dataset_id, release)
    qualify row_number() over (
        partition by s.indicator_code order by r.dataset_rank, r.position desc, s.snapshot_sha256
    ) = 1
)
select indicator_code, target_code, goal_code, title, tier, release as list_release
from newest
order by indicator_code
