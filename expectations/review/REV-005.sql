-- rule: REV-005
-- severity: warning
-- why: One document under two reviews: listings contradict each other, see core.review_conflict.
-- fix: Compare both reviews with the document; correct the file of reviews.
select
    url,
    min(review_id) as review_a,
    max(review_id) as review_b
from (select review_id, unnest(list_concat([url], other_urls)) as url from staging.review) as addresses
where url is not null
group by url
having count(distinct review_id) > 1
order by url
