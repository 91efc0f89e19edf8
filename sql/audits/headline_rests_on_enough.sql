-- rule: WH-022
-- severity: critical
-- why: the headline year of a metric, area and breakdown is the newest that rests on enough countries: never a
--   year without a value, never one below the coverage floor, never an older one than the newest that qualifies
-- fix: Do not publish: report it with the examples, it is a fault of the build.
with lines as (
    select
        v.*,
        max(v.year) over (
            partition by v.metric_id, v.area_code, v.local_government_id, v.breakdown
        ) as last_year
    from evidence.metric_value as v
    join evidence.metric as m using (metric_id)
    join core.area as a using (area_code)
    where m.is_over_reporters and v.basis = 'computed' and v.value is not null
        and a.kind in ('world', 'region', 'grouping')
),
reporters as (
    select
        *,
        max(if(year > last_year - $coverage_years, n_areas, null)) over (
            partition by metric_id, area_code, local_government_id, breakdown
        ) as n_fullest
    from lines
)
select metric_id, area_code, year, breakdown, 'too few countries' as fault
from reporters
where is_headline_year and n_areas < $coverage_floor * n_fullest
union all
select metric_id, area_code, year, breakdown, 'no value' as fault
from evidence.metric_value
where value is null and is_headline_year
union all
select metric_id, area_code, max(year) as year, breakdown, 'not one headline, the newest year' as fault
from evidence.metric_value
where value is not null and strength <> 'weak'
group by metric_id, area_code, local_government_id, breakdown
having count(*) filter (is_headline_year) <> 1 or max(year) <> max(year) filter (is_headline_year)
