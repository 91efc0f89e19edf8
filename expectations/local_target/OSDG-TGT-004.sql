-- rule: OSDG-TGT-004
-- severity: warning
-- why: A statement with no goal is a local action that links to nothing.
-- fix: Link the statement to a goal by manual review (localsdg link).
select
    release,
    site_id,
    local_indicator_id,
    target_kind,
    sequence,
    year
from staging.local_target
where goal_code is null
order by all
