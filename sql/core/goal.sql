-- core.goal: the newest list available has the word, goal by goal.
-- grain: goal; depends: staging.goal, release_order
-- why: an older list may hold a code that a newer one dropped; it is kept with its release
with newest as (
    select s.*
    from staging.goal as s
    join release_order as r using (dataset_id, release)
    qualify row_number() over (partition by s.goal_code order by r.dataset_rank, r.position desc, s.snapshot_sha256) = 1
)
select goal_code, title, release as list_release
from newest
order by cast(goal_code as integer)
