-- name: published_counts
-- grain: figure of a publisher
-- depends: core.area, evidence.metric, evidence.metric_value
-- why: counts that others published, each with its publisher and date as `release`; $prefix is the
--   beginning of the names of the asked figures in the list.
--   "more than", "at least" and "about" are part of the number: they mark it. Of a metric of ours
--   asked beside them, the newest count.
with picked as (
    select
        v.metric_id,
        coalesce(v.dimensions['figure'], 'own') as figure,
        v.year,
        v.value,
        case v.dimensions['qualifier']
            when 'more than' then '>'
            when 'at least' then '≥'
            when 'about' then '≈'
            else v.censoring
        end as censoring,
        v.lower_bound,
        v.upper_bound,
        v.n_areas,
        v.coverage_pct,
        v.n_total,
        v.denominator,
        v.basis,
        v.release,
        v.caveat,
        m.unit
    from evidence.metric_value as v
    inner join evidence.metric as m on m.metric_id = v.metric_id
    inner join core.area as a on a.area_code = v.area_code
    where list_contains($metrics, v.metric_id)
        and v.area_code = $area
        and v.value is not null
        and (v.breakdown = '' or starts_with(v.dimensions['figure'], $prefix))
    qualify v.breakdown <> ''
        or row_number() over (partition by v.metric_id, v.breakdown order by v.year desc) = 1
),
final as (
    select
        metric_id,
        figure as code,
        case when figure = 'own' then 'localsdg' else release end as name,
        map {'figure': figure} as dimensions,
        year,
        value,
        censoring,
        lower_bound,
        upper_bound,
        n_areas,
        coverage_pct,
        n_total,
        denominator,
        count(*) over () as n_found,
        basis,
        release,
        caveat,
        unit
    from picked
)
select
    cast(metric_id as varchar) as metric_id,
    cast(code as varchar) as code,
    cast(name as varchar) as name,
    cast(dimensions as map(varchar, varchar)) as dimensions,
    cast(year as integer) as year,
    cast(value as double) as value,
    cast(censoring as varchar) as censoring,
    cast(lower_bound as double) as lower_bound,
    cast(upper_bound as double) as upper_bound,
    cast(n_areas as bigint) as n_areas,
    cast(coverage_pct as double) as coverage_pct,
    cast(n_total as bigint) as n_total,
    cast(denominator as varchar) as denominator,
    cast(n_found as bigint) as n_found,
    cast(basis as varchar) as basis,
    cast(release as varchar) as release,
    cast(caveat as varchar) as caveat,
    cast(unit as varchar) as unit
from final
order by year, value, code
