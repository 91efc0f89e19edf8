-- rule: WH-004
-- severity: critical
-- why: the latest view shows one release a series, and every series that has observations
-- fix: Do not publish: report it with the examples, it is a fault of the build.
select s.series_code, count(distinct r.release) as latest_releases
from (select distinct series_code from core.observation) as s
left join core.series_release as r on r.series_code = s.series_code and r.is_latest
group by s.series_code
having count(distinct r.release) <> 1
