-- core.target: the newest list available has the word, target by target.
-- grain: target; depends: staging.target, release_order
-- why: an older list may hold a code that a newer one dropped; it is kept with its release
with newest as (
    select s.*
    from staging.target as s
    join release_order as r using (dataset_id, release)
    qualify row_number() over (
        partition by s.target_code order by r.dataset_rank, r.position desc, s.snapshot_sha256
    ) = 1
)
select target_code, goal_code, title, release as list_release
from newest
order by target_code
