-- name: c10_unpaid_work
-- grain: area, year, breakdown (work, sex, age, location)
-- depends: core.latest_observation
-- why: care is work, mostly of women, and mostly unpaid. The series have no total: each row is of one
--   sex and one age, and surveys ask different ages, so the age is in the breakdown. 15+ is the
--   most common. All work is care plus chores, in the surveys that ask for both.
select
    source.area_code,
    source.year,
    map {
        'work': $series[source.series_code],
        'sex': source.sex,
        'age': source.age,
        'location': nullif(source.location, 'total')
    } as dimensions,
    source.value,
    source.censoring,
    source.definition,
    source.release
from core.latest_observation as source
where source.series_code in $series_codes
    and source.value_status in ('number', 'censored')
    and list_has_all(['total'], map_values(source.dimensions))
-- the global figure before a national variant
qualify row_number() over (
    partition by source.series_code, source.area_code, source.year,
        source.sex, source.age, source.location
    order by coalesce(source.reporting_type, 'G') <> 'G', source.breakdown
) = 1
