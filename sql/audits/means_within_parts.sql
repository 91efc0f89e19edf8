-- rule: WH-013
-- severity: critical
-- why: no share, rate or mean of a country that the evidence shows lies outside those of its women and men, or of its
--   towns and countryside, by more than is declared for the series: such a total is flagged and left out
-- fix: A flagged value is left out: quote its breakdown or another year. One without a flag is a fault of the build.
with totals as (
    select
        b.series_code,
        b.area_code,
        b.year,
        b.release,
        any_value(k.part_dimensions) as part_dimensions,
        any_value(k.tolerance) as tolerance,
        max(b.value) filter (b.breakdown = '') as total,
        max(b.value) filter (b.breakdown = 'sex=FEMALE') as women,
        max(b.value) filter (b.breakdown = 'sex=MALE') as men,
        max(b.value) filter (b.breakdown = 'location=URBAN') as town,
        max(b.value) filter (b.breakdown = 'location=RURAL') as countryside
    from core.latest_breakdown as b
    inner join core.series_kind as k on k.series_code = b.series_code
    inner join core.area as a on a.area_code = b.area_code
    where k.value_kind = 'mean' and a.kind not in ('world', 'region', 'grouping') and b.censoring is null
        and coalesce(b.reporting_type, 'G') = 'G'
    group by b.series_code, b.area_code, b.year, b.release
),
pairs as (
    select series_code, area_code, year, release, tolerance, total, 'sex' as dimension, women as one, men as other
    from totals
    where list_contains(part_dimensions, 'sex')
    union all
    select
        series_code, area_code, year, release, tolerance, total, 'location' as dimension, town as one,
        countryside as other
    from totals
    where list_contains(part_dimensions, 'location')
)
select series_code, area_code, year, release, dimension, total, one, other
from pairs
where one is not null and other is not null and greatest(one, other) > 0
    and (total < least(one, other) - tolerance or total > greatest(one, other) + tolerance)
union all
select c.series_code, c.area_code, c.year, c.release, c.dimension, c.value, c.lowest_part, c.highest_part
from core.total_conflict as c
anti join core.observation_flag as f
    on f.dataset_id = c.dataset_id
    and f.series_code = c.series_code
    and f.area_code = c.area_code
    and f.year = c.year
    and f.breakdown = c.breakdown
    and f.release = c.release
where c.quality_flag = 'outside its parts'
