-- rule: WH-016
-- severity: warning
-- why: counts of people of a year for which no population is known, of any area, are compared with nothing: pull a
--   newer population
-- fix: Pull a newer file of populations.
select o.year, count(*) as n_values, count(distinct o.series_code) as n_series
from core.latest_observation as o
inner join core.series_kind as k on k.series_code = o.series_code
anti join core.population as p on p.year = o.year
where k.counts = 'people' and o.value is not null
group by o.year
