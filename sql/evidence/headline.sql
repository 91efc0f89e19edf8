-- name: headline
-- grain: row of evidence.metric_value that is a headline, weak or fair
-- depends: core.area, evidence.metric, evidence.metric_value
-- why: the newest year is no headline where it rests on few: three countries out of 82 may have reported it so
--   far. Where a value is summed or counted here over the countries that report (is_over_reporters) a year
--   qualifies from $coverage_floor of the reporters of the fullest of the last $coverage_years years of the area
--   and breakdown on: what was reported long ago is no measure of today. The last
--   n_incomplete_years of a register that is filled in late do not qualify either. A value that the UN
--   publishes, and that of a single country, qualifies by itself. The headline year is the newest that qualifies.
--   The years of one area and breakdown are a line, told apart by a hash: half the time of four texts. Rows that
--   are strong and no headline are left out: the build writes them so.
with newest as (
    select
        metric_id,
        max(year) as year
    from evidence.metric_value
    where value is not null
    group by metric_id
),
judged as (
    select
        v.rowid as metric_row,
        hash(v.metric_id, v.area_code, v.local_government_id, v.breakdown) as line,
        v.year,
        m.is_over_reporters and v.basis = 'computed'
        and coalesce(a.kind, 'grouping') in ('world', 'region', 'grouping') as is_judged,
        v.n_areas,
        v.coverage_pct,
        v.censoring,
        v.year > newest.year - m.n_incomplete_years as is_too_new
    from evidence.metric_value as v
    inner join evidence.metric as m on m.metric_id = v.metric_id
    inner join newest on newest.metric_id = v.metric_id
    left join core.area as a on a.area_code = v.area_code
    where v.value is not null
),
dated as ( -- noqa: ST03
    select
        *,
        max(if(is_judged, year, null)) over (partition by line) - $coverage_years as recent_from
    from judged
),
measured as ( -- noqa: ST03
    select
        *,
        is_too_new or (
            is_judged
            and n_areas < $coverage_floor
            * max(if(is_judged and year > recent_from, n_areas, null)) over (partition by line)
        ) as is_weak
    from dated
),
final as (
    select
        metric_row,
        year is not distinct from max(if(is_weak, null, year)) over (partition by line)
            as is_headline_year, -- noqa: AL05
        case
            when is_weak then 'weak'
            when censoring is not null or (is_judged and coverage_pct < 50) then 'fair'
            else 'strong'
        end as strength
    from measured
)
select metric_row, is_headline_year, strength
from final
where is_headline_year or strength <> 'strong'
