-- core.observation_flag: observations whose value cannot be true, with the reason.
-- grain: series, area, year, disaggregation, release
-- depends: staging.unsd_observation, staging.unsd_breakdown, staging.unsd_key,
--          registry_bounds, registry_relations, registry_flags
-- why: a source prints a share of 152 % (29 of 19 local governments) among two million values that
--      are fine. The value stays in core as published; evidence leaves it out. What a series can be
--      is a reviewed declaration and never follows from the unit alone: growth, budgets and debts
--      in per cent may be negative or exceed 100. A bound declared for a series goes before that
--      of its unit. Up to 0.05 beyond a bound is the source's rounding (100.03), and no fault.
with cuts as (
    select 0.05 as rounding
),
bounds as (
    select
        series_code,
        unit,
        cast(nullif(lowest, '') as double) as lowest,
        cast(nullif(highest, '') as double) as highest,
        reason
    from registry_bounds
),
outside as (
    select
        o.rowid as staged_row,
        'out of bounds' as quality_flag,
        concat_ws(' ', 'expected', format('{:,g}', b.lowest), 'to', format('{:,g}', b.highest))
            || ': ' || b.reason as detail
    from staging.unsd_observation as o
    join bounds as b on b.series_code = o.series_code and b.unit = o.unit
    cross join cuts
    where o.value < b.lowest - cuts.rounding or o.value > b.highest + cuts.rounding
    union all
    select
        o.rowid as staged_row,
        'out of bounds' as quality_flag,
        concat_ws(' ', 'expected', format('{:,g}', b.lowest), 'to', format('{:,g}', b.highest))
            || ': ' || b.reason as detail
    from staging.unsd_observation as o
    join bounds as b on b.series_code = '*' and b.unit = o.unit
    anti join bounds as own on own.series_code = o.series_code and own.unit = o.unit
    cross join cuts
    where o.value < b.lowest - cuts.rounding or o.value > b.highest + cuts.rounding
),
-- the few series that are compared with another one
related as (
    select rowid as staged_row, *
    from staging.unsd_observation
    where value is not null
        and series_code in (
            select series_code from registry_relations union select other_code from registry_relations
        )
),
compared as (
    select
        one.staged_row,
        r.quality_flag,
        other.series_code || ' is ' || other.value_raw || ': ' || r.reason as detail
    from related as one
    join registry_relations as r on r.series_code = one.series_code
    join related as other
        on other.series_code = r.other_code
        and other.release = one.release
        and other.area_code = one.area_code
        and other.year = one.year
        and other.published_breakdown = one.published_breakdown
        and other.reporting_type is not distinct from one.reporting_type
    left join outside on outside.staged_row = other.staged_row
    where case r.relation
        when 'at most' then one.value > other.value and one.censoring is null and other.censoring is null
        when 'doubted with' then outside.staged_row is not null
    end
),
doubted as (
    select * from outside
    union all
    select * from compared
)
select
    cast(o.series_code as varchar) as series_code,
    cast(o.area_code as varchar) as area_code,
    cast(o.year as integer) as year,
    cast(
        case
            when coalesce(o.reporting_type, 'G') = 'G' then b.breakdown
            else concat_ws('; ', nullif(b.breakdown, ''), 'reporting_type=' || o.reporting_type)
        end as varchar
    ) as breakdown,
    cast(o.value as double) as value,
    cast(o.value_raw as varchar) as value_raw,
    cast(d.quality_flag as varchar) as quality_flag,
    cast(f.rule_id as varchar) as rule_id,
    cast(d.detail as varchar) as detail,
    cast(o.release as varchar) as release
from doubted as d
join staging.unsd_key as k on k.staged_row = d.staged_row
join staging.unsd_observation as o on o.rowid = d.staged_row
join staging.unsd_breakdown as b using (release, published_series_code, published_breakdown)
join registry_flags as f on f.quality_flag = d.quality_flag
-- of two faults of one value the first of the list
qualify row_number() over (partition by d.staged_row order by f.rule_id, d.detail) = 1
order by series_code, release, area_code, year, breakdown
