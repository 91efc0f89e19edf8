-- rule: WH-009
-- severity: critical
-- why: a metric in percent outside 0 to 100 is a wrong figure on a slide: a published one was to be withheld
--      with its reason, a computed one is a fault of its model
select v.metric_id, v.area_code, v.year, v.breakdown, v.value
from evidence.metric_value as v
join evidence.metric as m using (metric_id)
where m.unit ilike '%percent%' and (v.value < 0 or v.value > 100)
