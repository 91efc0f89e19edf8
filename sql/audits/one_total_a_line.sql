-- rule: WH-002
-- severity: critical
-- why: a series has at most one total for an area, year and release; two would double a line
-- fix: Do not publish: report it with the examples, it is a fault of the build.
select dataset_id, series_code, area_code, year, release, count(*) as totals
from core.observation
where is_total
group by dataset_id, series_code, area_code, year, release
having count(*) > 1
