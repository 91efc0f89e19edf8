-- rule: WH-010
-- severity: critical
-- why: a published figure is the UN's own number, to the digit: every total of a metric of one series,
--      but for a value that cannot be true, which has a row without a value and the reason
-- fix: Report it with the examples; it is a fault of the build.
select v.metric_id, v.area_code, v.year, v.value, o.value as published
from evidence.metric_value as v
join evidence.metric as m using (metric_id)
join core.latest_observation as o
    on o.series_code = m.series_codes[1] and o.area_code = v.area_code and o.year = v.year and o.is_total
where len(m.series_codes) = 1 and v.breakdown = '' and v.basis = 'published'
    and v.value is distinct from o.value
    and not (v.value is null and v.caveat like 'withheld: %')
