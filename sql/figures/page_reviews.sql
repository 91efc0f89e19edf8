-- name: page_reviews
-- grain: review
-- depends: core.review
-- why: the reviews of each local government, for its profile on the page, the newest first.
select
    cast(r.local_government_id as varchar) as local_government_id,
    cast(r.review_year as integer) as review_year,
    cast(r.kind as varchar) as kind,
    cast(r.url as varchar) as url
from core.review as r
where r.local_government_id is not null
order by r.local_government_id, r.review_year desc nulls last, r.review_id
