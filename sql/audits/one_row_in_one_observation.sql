-- rule: WH-001
-- severity: critical
-- why: every staged observation is in the warehouse once: no key lost, none invented
-- fix: Do not publish: report it with the examples, it is a fault of the build.
with staged as (
    select n_keys as n from staged_keys
),
built as (
    select count(*) as n from core.observation
)
select staged.n as staged_observations, built.n as built_observations
from staged cross join built
where staged.n <> built.n
