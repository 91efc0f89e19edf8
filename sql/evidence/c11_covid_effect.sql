-- name: c11_covid_effect
-- grain: area, year (the year after), breakdown (series, year before)
-- depends: evidence.crisis_change
-- why: the crisis of which the event speaks: from the last year before 2020 to the first year after.
--   The year before is in the breakdown, so that only changes over the same years are compared.
select
    area_code, after_year as year,
    map {'series': series_code, 'from': cast(before_year as varchar)} as dimensions,
    change_pct as value, 'computed' as basis, definition, release
from evidence.crisis_change
where crisis_id = 'covid_2020' and change_pct is not null
