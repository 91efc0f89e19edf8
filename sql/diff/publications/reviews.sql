-- diff/publications/reviews: records that came, went or have another content.
-- grain: review
-- depends: core.review, wanted_government
-- why: a review is known by its id.
select
    coalesce(n.review_id, o.review_id) as review_id,
    coalesce(n.local_government_id, o.local_government_id) as local_government_id,
    coalesce(n.review_year, o.review_year) as review_year,
    coalesce(n.kind, o.kind) as kind,
    coalesce(n.url, o.url) as url,
    case when o.review_id is null then 'added' when n.review_id is null then 'removed' else 'changed' end as change
from old.core.review as o
full join new.core.review as n on n.review_id = o.review_id
where n.row_hash is distinct from o.row_hash
    and (
        len($areas) = 0
        or coalesce(n.local_government_id, o.local_government_id)
        in (select w.local_government_id from wanted_government as w)
    )
order by review_id, local_government_id
