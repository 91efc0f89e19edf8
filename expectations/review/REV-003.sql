-- rule: REV-003
-- severity: warning
-- why: A country or year without its basis (what in the document or address states it) may be a guess.
-- fix: State in country_basis or year_basis of the file of reviews what the country or year rests on.
select
    review_id,
    iso3,
    review_year,
    country_basis,
    year_basis
from staging.review
where (iso3 is not null and country_basis is null)
    or (review_year is not null and year_basis is null)
order by review_id, row_number
