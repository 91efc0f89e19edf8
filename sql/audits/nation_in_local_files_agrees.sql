-- rule: WH-052
-- severity: warning
-- why: the nation's poverty by one line, of one population, is one number, whichever local government publishes
--      it beside its own: two that differ by more than 0.06 are another survey, a revision or a wrong row
-- fix: Look at both rows; use the number of the national statistical office.
with nation as (
    select distinct
        area_code, indicator_code, poverty_threshold, population_unit, unit, year, site_id, local_indicator_id,
        national_value
    from evidence.local_beside_nation_in_file
    where poverty_threshold <> 'not stated' and population_unit <> 'not stated' and area_code is not null
)
select
    a.area_code, a.year, a.indicator_code, a.poverty_threshold, a.population_unit,
    a.site_id || '/' || a.local_indicator_id as site, a.national_value,
    b.site_id || '/' || b.local_indicator_id as other_site, b.national_value as other_value
from nation as a
join nation as b
    on b.area_code = a.area_code
    and b.indicator_code = a.indicator_code
    and b.poverty_threshold = a.poverty_threshold
    and b.population_unit = a.population_unit
    and b.unit = a.unit
    and b.year = a.year
    and b.site_id > a.site_id
where abs(a.national_value - b.national_value) > 0.06
