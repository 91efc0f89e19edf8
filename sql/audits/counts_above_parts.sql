-- rule: WH-014
-- severity: critical
-- why: no count that the evidence shows is smaller than its women and men together, and no part larger than its whole:
--   such a value is flagged and left out
-- fix: A flagged value is left out: quote its parts or another year. One without a flag is a fault of the build.
select b.series_code, b.area_code, b.year, b.release, b.value as total, sum(p.value) as parts
from core.latest_breakdown as b
inner join core.series_kind as k on k.series_code = b.series_code
inner join core.latest_breakdown as p
    on p.series_code = b.series_code
    and p.area_code = b.area_code
    and p.year = b.year
    and p.release = b.release
    and p.reporting_type is not distinct from b.reporting_type
where k.value_kind = 'count' and list_contains(k.part_dimensions, 'sex')
    and b.breakdown = '' and p.breakdown in ('sex=FEMALE', 'sex=MALE')
    and b.censoring is null and p.censoring is null
group by b.series_code, b.area_code, b.year, b.release, b.value, k.tolerance
having b.value * (1 + k.tolerance) < sum(p.value) - 1
union all
select c.series_code, c.area_code, c.year, c.release, c.value as total, c.sum_of_parts as parts
from core.total_conflict as c
anti join core.observation_flag as f
    on f.dataset_id = c.dataset_id
    and f.series_code = c.series_code
    and f.area_code = c.area_code
    and f.year = c.year
    and f.breakdown = c.breakdown
    and f.release = c.release
where c.quality_flag = 'below its parts'
