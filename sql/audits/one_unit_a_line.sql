-- rule: WH-003
-- severity: critical
-- why: values of two units in one series and release must never be in one line
-- fix: Do not publish: report it with the examples, it is a fault of the build.
select dataset_id, series_code, release, list(distinct unit) as units
from core.observation
group by dataset_id, series_code, release
having count(distinct unit) > 1
