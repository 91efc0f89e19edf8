-- metric: the metrics of the claims as they are found by `localsdg search`.
-- grain: one row a metric
-- depends: evidence.metric, evidence.claim, evidence.metric_value
-- why: a metric without values is listed with its status, since its reason is part of the result.
with held as (
    select
        v.metric_id, count(distinct v.area_code) as n_areas, count(*) as n_records,
        min(v.year) as first_year, max(v.year) as last_year,
        list(distinct map_keys(v.dimensions)) as dimensions
    from evidence.metric_value as v
    group by v.metric_id
)

select
    m.metric_id as id,
    m.title,
    'en' as language,
    coalesce(m.definition, '') as details,
    coalesce(list_sort(list_distinct(flatten(h.dimensions))), []) as breakdowns,
    'claim ' || c.claim_id || ', ' || c.title as publisher,
    '' as release,
    h.n_areas,
    h.n_records,
    h.first_year,
    h.last_year,
    list_concat(coalesce(m.series_codes, []), [m.claim_id]) as related,
    coalesce(h.n_records, 0) > 0 as has_data
from evidence.metric as m
inner join evidence.claim as c on c.claim_id = m.claim_id
left join held as h on h.metric_id = m.metric_id
order by m.metric_id
