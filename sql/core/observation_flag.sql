-- core.observation_flag: observations whose value cannot be true, with the reason.
-- grain: dataset, series, area, year, disaggregation, release
-- depends: staging.observation, staging.breakdown, staging.observation_key, core.total_conflict,
--          core.series_kind, core.population, registry_bounds, registry_relations, registry_periods,
--          registry_flags, staging.correction
-- why: a source prints a share of 152 % (29 of 19 local governments) among two million values that
--      are fine. The value stays in core as published; evidence leaves it out. What a series can be
--      is a reviewed declaration and never follows from the unit alone: growth, budgets and debts
--      in per cent may be negative or exceed 100. A bound declared for a series goes before that
--      of its unit. Up to 0.05 beyond a bound is the source's rounding (100.03), and no fault; nor is
--      a part that exceeds its whole by less than 1. People are compared with the population of their
--      own year alone. Two years with a slash, or the second in two digits, are a fiscal year. A value that a
--      correction names has the flag and the reason of the correction, whatever a rule says of it.
with cuts as (
    select 0.05 as rounding
),
-- one row a series and unit: its own bounds before those of the unit
limits as (
    select
        measured.series_code,
        measured.unit,
        cast(nullif(b.lowest, '') as double) as lowest,
        cast(nullif(b.highest, '') as double) as highest,
        b.reason
    from (select distinct series_code, unit from staging.observation) as measured
    join registry_bounds as b
        on b.unit = measured.unit and b.series_code in (measured.series_code, '*')
    qualify row_number() over (
        partition by measured.series_code, measured.unit order by b.series_code = '*'
    ) = 1
),
outside as (
    select
        o.rowid as staged_row, o.dataset_id, o.release, o.series_code, o.published_series_code, o.area_code, o.year,
        o.published_breakdown, o.reporting_type, o.value, o.value_raw,
        'out of bounds' as quality_flag,
        concat_ws(' ', 'expected', format('{:,.15g}', l.lowest), 'to', format('{:,.15g}', l.highest))
            || ': ' || l.reason as detail
    from staging.observation as o
    join limits as l on l.series_code = o.series_code and l.unit = o.unit
    cross join cuts
    where o.value < l.lowest - cuts.rounding or o.value > l.highest + cuts.rounding
),
-- the few series that are compared with another one
related as (
    select
        rowid as staged_row, dataset_id, release, series_code, published_series_code, area_code, year,
        published_breakdown, reporting_type, value, value_raw, censoring
    from staging.observation
    where value is not null
        and series_code in (
            select series_code from registry_relations union select other_code from registry_relations
        )
),
compared as (
    select
        one.* exclude (censoring),
        r.quality_flag,
        other.series_code || ' is ' || other.value_raw || ': ' || r.reason as detail
    from related as one
    join registry_relations as r on r.series_code = one.series_code
    join related as other
        on other.series_code = r.other_code
        and other.dataset_id = one.dataset_id
        and other.release = one.release
        and other.area_code = one.area_code
        and other.year = one.year
        and other.published_breakdown = one.published_breakdown
        and other.reporting_type is not distinct from one.reporting_type
    left join outside on outside.staged_row = other.staged_row
    where case r.relation
        when 'at most' then one.value - other.value >= 1 and one.censoring is null and other.censoring is null
        when 'at least' then other.value - one.value >= 1 and one.censoring is null and other.censoring is null
        when 'doubted with' then outside.staged_row is not null
    end
),
-- counts of people, in persons
people as (
    select
        o.rowid as staged_row, o.dataset_id, o.release, o.series_code, o.published_series_code, o.area_code, o.year,
        o.published_breakdown, o.reporting_type, o.value, o.value_raw,
        o.value * case o.unit when 'NUMBER' then 1 when 'NUM_TH' then 1e3 when 'NUM_M' then 1e6 end as persons
    from staging.observation as o
    where o.censoring is null
        and o.series_code in (select k.series_code from core.series_kind as k where k.counts = 'people')
),
too_many as (
    select
        people.* exclude (persons),
        'more than live there' as quality_flag,
        format('{:,.0f}', p.population) || ' people lived there in ' || p.year as detail
    from people
    join core.population as p on p.area_code = people.area_code and p.year = people.year
    where people.persons > p.population
),
-- the first and the last year of a value, as the source states them or as the reviewed list does
spans as (
    select
        o.rowid as staged_row, o.dataset_id, o.release, o.series_code, o.published_series_code, o.area_code, o.year,
        o.published_breakdown, o.reporting_type, o.value, o.value_raw,
        regexp_extract(
            o.time_detail, '((?:19|20)[0-9]{2}) *(-|–|—|/|to) *((?:19|20)?[0-9]{2})(?:$|[^0-9])',
            ['first_year', 'sign', 'last_year']
        ) as stated,
        p.first_year, p.last_year
    from staging.observation as o
    left join registry_periods as p
        on p.series_code = o.series_code
        and p.area_code = o.area_code
        and p.year = cast(o.year as varchar)
        and o.release[:4] <= p.until
    where o.value is not null
        and o.series_code in (select k.series_code from core.series_kind as k where k.several_years = 'sum')
),
dated as (
    select
        * exclude (stated, first_year, last_year), -- noqa: RF03
        stated.sign = '/' or len(stated.last_year) = 2 as may_be_fiscal, -- noqa: RF03
        cast(coalesce(first_year, nullif(stated.first_year, '')) as integer) as first_year,
        cast(coalesce(
            last_year,
            if(len(stated.last_year) = 2, stated.first_year[:2] || stated.last_year, nullif(stated.last_year, ''))
        ) as integer) as last_year
    from spans
),
several_years as (
    select
        dated.* exclude (may_be_fiscal, first_year, last_year), -- noqa: RF03
        'several years as one' as quality_flag,
        'the sum of ' || first_year || ' to ' || last_year || ', not of ' || year || ' alone' as detail -- noqa: RF03
    from dated
    where last_year - first_year >= if(coalesce(may_be_fiscal, false), 2, 1) -- noqa: RF03
),
corrected as (
    select
        o.rowid as staged_row, o.dataset_id, o.release, o.series_code, o.published_series_code, o.area_code, o.year,
        o.published_breakdown, o.reporting_type, o.value, o.value_raw,
        c.quality_flag,
        c.reason || ' (correction ' || c.correction_id || ')' as detail,
        c.correction_id
    from staging.observation as o
    join staging.correction as c on c.correction_id = o.correction_id
    where c.quality_flag is not null and o.value is not null
),
doubted as (
    select * from corrected
    union all by name
    select * from outside
    union all by name
    select * from compared
    union all by name
    select * from too_many
    union all by name
    select * from several_years
),
-- of the rows of one observation the one that core has; a semi join, so that the few doubted rows are
-- sought among the many and not the reverse
kept as (
    select staged_row
    from staging.observation_key
    where staged_row in (select doubted.staged_row from doubted)
),
labelled as (
    select
        d.series_code, d.area_code, d.year,
        case
            when coalesce(d.reporting_type, 'G') = 'G' then b.breakdown
            else concat_ws('; ', nullif(b.breakdown, ''), 'reporting_type=' || d.reporting_type)
        end as breakdown,
        d.value, d.value_raw, d.quality_flag, d.detail, d.correction_id, d.release, d.dataset_id
    from doubted as d
    join kept on kept.staged_row = d.staged_row
    join staging.breakdown as b
        on b.dataset_id = d.dataset_id
        and b.release = d.release
        and b.published_series_code = d.published_series_code
        and b.published_breakdown = d.published_breakdown
    union all
    select
        c.series_code, c.area_code, c.year, c.breakdown, c.value, c.value_raw, c.quality_flag,
        'by ' || c.dimension || ' it is ' || c.parts as detail, null as correction_id, c.release, c.dataset_id
    from core.total_conflict as c
)
select
    d.series_code, d.area_code, d.year, d.breakdown, d.value, d.value_raw, d.quality_flag, f.rule_id, d.detail,
    d.correction_id, d.release, d.dataset_id
from labelled as d
join registry_flags as f on f.quality_flag = d.quality_flag
-- of two faults of one value the one that a correction names, else the first of the list
qualify row_number() over (
    partition by d.dataset_id, d.series_code, d.area_code, d.year, d.breakdown, d.release
    order by d.correction_id is null, f.rule_id, d.detail
) = 1
order by series_code, release, area_code, year, breakdown
