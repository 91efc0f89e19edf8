-- name: c10_unpaid_work
-- grain: area, year, breakdown (work, sex, age, location)
-- depends: core.latest_observation
-- why: care is work, mostly of women, and mostly unpaid. The series have no total: each row is of one
--   sex and one age, and surveys ask different ages, so the age stands in the breakdown. 15+ is the
--   most common. All work is care plus chores, in the surveys that ask for both.
with works as (
    select
        named.series_code,
        named.work
    from (
        values
            ('SL_DOM_TSPD', 'all'),
            ('SL_DOM_TSPDCW', 'care'),
            ('SL_DOM_TSPDDC', 'chores')
    ) as named (series_code, work)
)
select
    source.area_code,
    source.year,
    map {
        'work': works.work,
        'sex': source.sex,
        'age': source.age,
        'location': nullif(source.location, 'total')
    } as dimensions,
    source.value,
    source.censoring,
    source.release
from core.latest_observation as source
inner join works on works.series_code = source.series_code
where source.value_status in ('number', 'censored')
    and list_has_all(['total'], map_values(source.dimensions))
-- the global figure before a national variant
qualify row_number() over (
    partition by source.series_code, source.area_code, source.year,
        source.sex, source.age, source.location
    order by coalesce(source.reporting_type, 'G') <> 'G', source.breakdown
) = 1
