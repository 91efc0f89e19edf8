-- core.review_conflict: pairs of reviews that share an address and differ in a fact.
-- grain: pair of reviews, address, fact; depends: staging.review_conflict
-- why: listings contradict each other; both reviews are kept and nothing is decided
select review_id, other_review_id, conflict_url, conflict_field, stated_value, other_value
from staging.review_conflict
order by review_id, other_review_id, conflict_url, conflict_field
