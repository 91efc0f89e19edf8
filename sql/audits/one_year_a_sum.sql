-- rule: WH-015
-- severity: critical
-- why: a sum of several years is not a value of one: where the source states the years of a count, such as 2015-2017,
--   the value is flagged and left out of the evidence
-- fix: A flagged value is left out: state the years that it sums. One without a flag is a fault of the build.
select o.series_code, o.area_code, o.year, o.breakdown, o.release, o.value, o.time_detail
from core.observation as o
inner join core.series_kind as k on k.series_code = o.series_code
where k.several_years = 'sum' and o.quality_flag is null and o.value is not null
    and regexp_matches(o.time_detail, '(?:19|20)[0-9]{2} *(?:-|–|—|to) *(?:19|20)[0-9]{2}(?:$|[^0-9])')
