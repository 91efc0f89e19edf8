-- rule: WH-010
-- severity: critical
-- why: a published World figure is the UN's own number, to the digit
select v.metric_id, v.year, v.value, o.value as published
from evidence.metric_value as v
join core.latest_observation as o
    on o.series_code = 'SI_POV_DAY1' and o.area_code = v.area_code and o.year = v.year and o.is_total
where v.metric_id = 'c01_extreme_poverty' and v.breakdown = '' and v.value is distinct from o.value
