-- rule: WH-009
-- severity: critical
-- why: no metric in per cent has a value outside 0 to 100: the build withholds each such value and reports it, so one
--   that is still there is a fault of the build
select
    v.metric_id,
    v.area_code,
    v.year,
    v.breakdown,
    v.value
from evidence.metric_value as v
inner join evidence.metric as m on m.metric_id = v.metric_id
where m.unit ilike '%percent%' and (v.value < 0 or v.value > 100)
