-- name: coverage
-- grain: area, year, breakdown: the rows of one metric
-- depends: metric_rows (the rows of one metric's model), core.area, core.group_country, core.population
-- why: what a figure rests on is counted in one place, for every metric. A country rests
--   on itself. A group rests on its countries (kind 'country', with an ISO 3166 code) that
--   have a value of their own in the row's year and breakdown; its coverage is their share of
--   the group's countries (n_total), or of all countries for the World. All are null where no
--   country of the group is known, and where the breakdown is published for groups alone: a
--   share of countries rests on countries whose own answers are not in the data. What a model
--   counts itself stays as it is: with n_total alone the countries of the group, with a
--   denominator what value is a part of. coverage_pct is the share of countries and nothing else. A figure of a group
--   that is computed here also says what share of the group's people live in those countries: half of
--   the countries may be a tenth of the people. A model that selects other countries counts it itself.
with group_sizes as (
    select distinct
        grouping_code,
        n_countries as n_members
    from core.group_country
),
-- breakdowns with a row that the model leaves to be counted
left_open as (
    select distinct breakdown
    from metric_rows
    where n_areas is null or (basis = 'computed' and population_pct is null and denominator is null)
),
-- of these, the ones of which a country has a value in some year
of_countries as (
    select distinct metric_rows.breakdown
    from metric_rows
    inner join left_open on left_open.breakdown = metric_rows.breakdown
    inner join core.area as area on area.area_code = metric_rows.area_code
    where area.kind not in ('world', 'region', 'grouping') and metric_rows.value is not null
),
group_counts as (
    select
        members.grouping_code,
        metric_rows.year,
        metric_rows.breakdown,
        count(*) as n_with_value
    from metric_rows
    inner join of_countries on of_countries.breakdown = metric_rows.breakdown
    inner join core.group_country as members on members.area_code = metric_rows.area_code
    where metric_rows.value is not null
    group by members.grouping_code, metric_rows.year, metric_rows.breakdown
),
computed as (
    select distinct
        area_code,
        year,
        breakdown
    from metric_rows
    where basis = 'computed' and population_pct is null and denominator is null
),
-- people of each group that has a figure computed here
group_population as (
    select
        members.grouping_code,
        population.year,
        sum(population.population) as population
    from core.group_country as members
    inner join core.population as population on population.area_code = members.area_code
    where (members.grouping_code, population.year) in (select (computed.area_code, computed.year) from computed)
    group by members.grouping_code, population.year
),
-- countries with a value of their own, once each
with_value as (
    select distinct
        area_code,
        year,
        breakdown
    from metric_rows
    where value is not null
),
group_people as (
    select
        computed.area_code,
        computed.year,
        computed.breakdown,
        100.0 * sum(population.population) / any_value(group_population.population) as population_pct
    from computed
    inner join group_population
        on group_population.grouping_code = computed.area_code and group_population.year = computed.year
    inner join core.group_country as members on members.grouping_code = computed.area_code
    inner join with_value
        on with_value.area_code = members.area_code
        and with_value.year = computed.year
        and with_value.breakdown = computed.breakdown
    inner join core.population as population
        on population.area_code = members.area_code and population.year = computed.year
    group by computed.area_code, computed.year, computed.breakdown
),
counted as (
    select
        metric_rows.area_code,
        metric_rows.year,
        metric_rows.breakdown,
        metric_rows.dimensions,
        metric_rows.value,
        metric_rows.censoring,
        metric_rows.lower_bound,
        metric_rows.upper_bound,
        case
            when metric_rows.n_areas is not null then metric_rows.n_areas
            when area.kind not in ('world', 'region', 'grouping') then 1
            when of_countries.breakdown is not null and group_sizes.n_members is not null
                then coalesce(group_counts.n_with_value, 0)
        end as n_areas,
        case
            when metric_rows.n_areas is not null or metric_rows.denominator is not null
                then metric_rows.n_total
            when area.kind not in ('world', 'region', 'grouping') then 1
            when of_countries.breakdown is not null then group_sizes.n_members
        end as n_total,
        metric_rows.denominator,
        case
            when metric_rows.population_pct is not null then metric_rows.population_pct
            -- not a condition of the join, which DuckDB would then make row by row
            when of_countries.breakdown is not null and metric_rows.basis = 'computed' then group_people.population_pct
        end as population_pct,
        metric_rows.basis,
        metric_rows.definition,
        metric_rows.release,
        metric_rows.caveat,
        metric_rows.local_government_id
    from metric_rows
    left join core.area as area on area.area_code = metric_rows.area_code
    left join of_countries on of_countries.breakdown = metric_rows.breakdown
    left join group_sizes on group_sizes.grouping_code = metric_rows.area_code
    left join group_counts
        on group_counts.grouping_code = metric_rows.area_code
        and group_counts.year = metric_rows.year
        and group_counts.breakdown = metric_rows.breakdown
    left join group_people
        on group_people.area_code = metric_rows.area_code
        and group_people.year = metric_rows.year
        and group_people.breakdown = metric_rows.breakdown
),
final as (
    select
        * exclude (denominator),
        case when n_total is not null then coalesce(denominator, 'countries') end as denominator
    from counted
)
select
    area_code, year, breakdown, dimensions, value, censoring, lower_bound, upper_bound, n_areas, n_total,
    denominator,
    case when denominator = 'countries' then 100.0 * n_areas / nullif(n_total, 0) end as coverage_pct,
    population_pct, basis, definition, release, caveat, local_government_id
from final
