-- name: c11_financial_crisis_effect
-- grain: area, year (the year after), breakdown (series, year before)
-- depends: evidence.crisis_change
-- why: a crisis whose years after are known: from the last year before 2008 to the first year after 2009.
--   Hunger and refugees: a financial crisis is no hazard, so disasters are left to the table.
--   The year before is in the breakdown, so that only changes over the same years are compared.
select
    area_code, after_year as year,
    map {'series': series_code, 'from': cast(before_year as varchar)} as dimensions,
    change_pct as value, 'computed' as basis, definition, release
from evidence.crisis_change
where crisis_id = 'financial_2008'
    and series_code in $series_codes
    and change_pct is not null
