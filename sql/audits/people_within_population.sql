-- rule: WH-012
-- severity: critical
-- why: no count of people exceeds the population of the area in the year: such a value is flagged and left out of the
--   evidence, so that one without a flag is a fault of the build
-- fix: A flagged value is left out: quote another year. One without a flag is a fault of the build.
select
    o.series_code,
    o.area_code,
    o.year,
    o.breakdown,
    o.release,
    o.value,
    o.unit,
    p.population
from core.observation as o
inner join core.series_kind as k on k.series_code = o.series_code
inner join core.population as p on p.area_code = o.area_code and p.year = o.year
where k.counts = 'people'
    and o.quality_flag is null
    and o.censoring is null
    and o.value * case o.unit when 'NUMBER' then 1 when 'NUM_TH' then 1e3 when 'NUM_M' then 1e6 end > p.population
