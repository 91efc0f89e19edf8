-- rule: WH-009
-- severity: critical
-- why: no share has a value outside 0 to 100 in the evidence, be it of a metric in per cent, of a row that states per
--   cent as its own unit, or of a progress: the build withholds each such value and reports it, so one that is still
--   there is a fault of the build
-- fix: A withheld value is left out: quote another year. One that is still there is a fault of the build.
select
    v.metric_id,
    v.area_code,
    v.year,
    v.breakdown,
    v.value
from evidence.metric_value as v
inner join evidence.metric as m on m.metric_id = v.metric_id
where (m.unit ilike '%percent%' or (m.unit = 'as stated in the breakdown' and v.dimensions['unit'] = 'PERCENT'))
    and (v.value < 0 or v.value > 100)
union all
select 'progress' as metric_id, p.area_code, p.latest_year, p.series_code, v.value
from evidence.progress as p
inner join core.series as s on s.series_code = p.series_code
cross join lateral (
    select unnest([p.baseline_value, p.latest_value, p.projected_2030]) as value
) as v
where s.unit = 'PERCENT' and (v.value < -0.05 or v.value > 100.05)
    and p.series_code in (select unnest(m.series_codes) from evidence.metric as m where m.unit = 'PERCENT')
