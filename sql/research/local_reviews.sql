-- local_reviews: the voluntary reviews of a local government.
-- grain: review
-- depends: core.review, meta.dataset
-- why: the year is that of the review, not of its upload; a review may name the goals that it covers.
with sources as (
    select release, min(attribution) as attribution
    from meta.dataset
    where source = 'reviews'
    group by release
)
select
    r.review_id, r.review_year as year, r.kind, r.title, array_to_string(r.languages, ', ') as languages, r.url,
    array_to_string(r.goals_covered, ', ') as goals_covered, array_to_string(r.sources, ', ') as listed_by, r.release,
    'reviews' as dataset, d.attribution as source
from core.review as r
left join sources as d on d.release = r.release
where r.local_government_id = $government
order by r.review_year, r.review_id
