-- name: c06_multi_stakeholder_frameworks
-- grain: area (World, SDG regions, LDC, LLDC, SIDS), year
-- depends: core.area, core.group_country, evidence.c06_framework_answers
-- why: how many countries say yes, of those that have an answer in the year (n_areas). An answer counts in
--   its own year alone. A number that the UN publishes for the group and year is not made again.
with answers as (
    select
        answer.area_code,
        answer.year,
        answer.value,
        answer.definition,
        answer.release,
        area.kind not in ('world', 'region', 'grouping') as is_country
    from evidence.c06_framework_answers as answer
    inner join core.area as area on area.area_code = answer.area_code
    where answer.censoring is null and answer.value is not null
),
counted as (
    select
        members.grouping_code as area_code,
        answers.year,
        count(*) filter (where answers.value > 0) as value,
        count(*) as n_areas,
        any_value(members.n_countries) as n_total,
        answers.definition,
        answers.release
    from answers
    inner join core.group_country as members on members.area_code = answers.area_code
    anti join answers as own
        on own.area_code = members.grouping_code and own.year = answers.year and not own.is_country
    where members.is_main
    group by members.grouping_code, answers.year, answers.definition, answers.release
    -- values of two definitions are not counted together: those of the most countries are
    qualify row_number() over (
        partition by members.grouping_code, answers.year, answers.release order by count(*) desc, answers.definition
    ) = 1
),
final as (
    select area_code, year, value, null as n_areas, null as n_total, 'published' as basis, definition, release
    from answers
    where not is_country
    union all
    select area_code, year, value, n_areas, n_total, 'computed' as basis, definition, release
    from counted
)
select area_code, year, value, n_areas, n_total, basis, definition, release
from final
