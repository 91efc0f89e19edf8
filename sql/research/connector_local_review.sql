-- connector_local_review: the voluntary reviews of a local government.
-- grain: one row a review
-- depends: core.review
-- why: with the address of each, so that a reader can open it.
select r.review_year, r.kind, r.title, r.languages, r.url, r.release
from core.review as r
where r.local_government_id = $government
order by r.review_year, r.review_id
