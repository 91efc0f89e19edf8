-- rule: UNSD-OBS-011
-- severity: warning
-- why: Goal, target and indicator of a row should nest; where they do not, the indicator counts.
-- fix: Nothing to do: the indicator counts. Report it to the publisher.
select
    dataset_id,
    release,
    series_code,
    goal_code,
    target_code,
    indicator_code,
    count(*) as n_rows
from staging.observation
where not starts_with(indicator_code, target_code || '.')
    or not starts_with(target_code, goal_code || '.')
group by all
order by all
