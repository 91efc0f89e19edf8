-- rule: UNSD-OBS-015
-- severity: warning
-- why: Losses from disasters (1.5.2, 11.5.2) come in dollars for some series and in millions for others: never add
--   or compare them without looking at the unit.
-- fix: Group by unit before you add or compare.
select
    dataset_id,
    release,
    indicator_code,
    string_agg(distinct unit, ', ' order by unit) as units,
    string_agg(distinct series_code, ', ' order by series_code) as series
from staging.observation
where indicator_code in ('1.5.2', '11.5.2') and contains(unit, 'USD')
group by dataset_id, release, indicator_code
having bool_or(ends_with(unit, '_M')) and bool_or(not ends_with(unit, '_M'))
order by dataset_id, release, indicator_code
