-- name: published_counts
-- grain: figure of a publisher
-- depends: core.area, evidence.metric, evidence.metric_value
-- why: counts that others published, each with its publisher and date as `release`; $prefix is the
--   beginning of the names of the asked figures in the list.
--   "more than", "at least" and "about" are part of the number: they mark it. Of a metric of ours
--   asked beside them, the newest count.
with picked as (
    select
        v.* exclude (local_government_id) replace (
            map_from_entries([('figure', coalesce(v.dimensions['figure'], 'own'))]) as dimensions,
            case v.dimensions['qualifier']
                when 'more than' then '>'
                when 'at least' then '≥'
                when 'about' then '≈'
                else v.censoring
            end as censoring
        ),
        coalesce(v.dimensions['figure'], 'own') as code,
        if(v.dimensions['figure'] is null, 'localsdg', v.release) as name,
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
)
select
    *,
    count(*) over () as n_found
from picked
order by year, value, code
