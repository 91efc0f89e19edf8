-- name: headline
-- grain: row of evidence.metric_value with a value
-- depends: core.area, evidence.metric, evidence.metric_value
-- why: the newest year is no headline where it rests on few: three countries out of 82 may have reported it so
--   far. Where a value is summed or counted here over the countries that report (is_over_reporters) a year
--   qualifies from $coverage_floor of the reporters of the fullest year of the area and breakdown on. The last
--   n_incomplete_years of a register that is filled in late do not qualify either. A value that the UN
--   publishes, and that of a single country, qualifies by itself. The headline year is the newest that qualifies.
with judged as (
    select
        v.rowid as metric_row,
        v.metric_id,
        v.area_code,
        v.local_government_id,
        v.breakdown,
        v.year,
        m.is_over_reporters and v.basis = 'computed' and coalesce(a.kind, '') <> 'country' as is_judged,
        v.n_areas,
        v.coverage_pct,
        v.censoring,
        v.year > max(v.year) over (partition by v.metric_id) - m.n_incomplete_years as is_too_new
    from evidence.metric_value as v
    inner join evidence.metric as m on m.metric_id = v.metric_id
    left join core.area as a on a.area_code = v.area_code
    where v.value is not null
),
measured as (
    select
        *,
        is_too_new or (
            is_judged
            and n_areas < $coverage_floor * max(if(is_judged, n_areas, null)) over (
                partition by metric_id, area_code, local_government_id, breakdown
            )
        ) as is_weak
    from judged
)
select
    metric_row,
    year is not distinct from max(if(is_weak, null, year)) over (
        partition by metric_id, area_code, local_government_id, breakdown
    ) as is_headline_year,
    case
        when is_weak then 'weak'
        when censoring is not null or (is_judged and coverage_pct < 50) then 'fair'
        else 'strong'
    end as strength
from measured
