-- core.review_conflict: pairs of reviews that share an address and differ in a fact.
-- grain: pair of reviews, address, fact; depends: staging.review_conflict
-- why: listings contradict each other; both reviews are kept and nothing is decided
select
    cast(review_id as varchar) as review_id,
    cast(other_review_id as varchar) as other_review_id,
    cast(conflict_url as varchar) as conflict_url,
    cast(conflict_field as varchar) as conflict_field,
    cast(stated_value as varchar) as stated_value,
    cast(other_value as varchar) as other_value
from staging.review_conflict
order by review_id, other_review_id, conflict_url, conflict_field
