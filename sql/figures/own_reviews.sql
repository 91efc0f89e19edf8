-- name: own_reviews
-- grain: review
-- depends: core.local_government, core.review, evidence.metric
-- why: the reviews of one local government by year, with their languages and addresses. n_total is how many there
--   are, those without a year among them.
select
    m.metric_id,
    r.local_government_id as code,
    g.name,
    r.kind,
    r.title as detail,
    r.languages,
    r.url,
    r.review_year as year,
    cast(1 as double) as value,
    count(*) over () as n_total,
    count(*) over () as n_found,
    map_from_entries([('review', r.review_id)]) as dimensions,
    'computed' as basis,
    r.release,
    m.unit
from core.review as r
inner join core.local_government as g on g.local_government_id = r.local_government_id
cross join evidence.metric as m
where r.local_government_id = $area
    and list_contains($metrics, m.metric_id)
order by r.review_year desc, r.review_id
limit $most
