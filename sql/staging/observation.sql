-- staging.observation: UN observations, typed, one row a source row.
-- grain: source row; a series that serves several indicators repeats under each
-- depends: source_rows (one file's columns under our names, all text),
--          registry_codes, registry_renames, registry_multipliers, scaled(); $dataset, $release
-- why: rename, trim, cast and parse in one pass, so that the file is read once.
--      rule_id is set on rows that cannot be used; the loader moves them to
--      the rejects. Values: quirks 1 and 2 of the source (NA, N, NV, NaN are
--      codes; <2.5 is censored; 24,644 is 24644; 9.27E-02 is a number). A unit
--      multiplier (a power of ten, or Thousands) is applied to value and bounds;
--      value_raw keeps the text. One in an unknown spelling makes the row a reject:
--      its value could be wrong by a factor of a million.
with source as (
    select
        goal, target, indicator, description, area_name, base_period, source,
        footnotes, observation_status, snapshot_sha256, breakdown, further, n_cleaned,
        nullif(trim(series_code), '') as series_code,
        trim(area_code) as area_text,
        try_cast(ascii_digits(trim(area_code)) as uinteger) as area_number,
        try_cast(ascii_digits(time_period) as double) as stated_period,
        if(isfinite(stated_period), stated_period, null) as period,
        trim(time_detail) as time_detail,
        trim(value, e' \t\r\n' || chr(160)) as value_raw,
        ascii_digits(trim(lower_bound)) as lower_text,
        ascii_digits(trim(upper_bound)) as upper_text,
        trim(units) as units,
        nullif(lower(regexp_replace(ascii_digits(trim(unit_multiplier)), '[.]0+$', '')), '') as multiplier_text,
        trim(nature) as nature,
        nullif(trim(reporting_type), '') as reporting_type
    from source_rows
),
parsed as (
    select
        source.*,
        try_cast(m.power as integer) as power,
        -- the first comparison is cheap and leaves out all numbers
        case when value_raw >= '<' then case when value_raw[1] in ('<', '>', '≤', '≥') then
            replace(replace(regexp_extract(value_raw, '^(<=|>=|<|>|≤|≥)'), '≤', '<='), '≥', '>=')
        end end as sign
    from source
    left join registry_multipliers as m on m.code = source.multiplier_text
),
unsigned as (
    select *, ascii_digits(if(sign is null, value_raw, trim(ltrim(value_raw, '<>=≤≥')))) as number_text
    from parsed
),
valued as (
    select
        *,
        scaled(number_text, power) as number,
        case
            when not coalesce(regexp_full_match(series_code, '[A-Z]{2}(_[A-Za-z0-9]+)+'), false) then 'UNSD-R01'
            when area_number is null or area_number > 99999 then 'UNSD-R02'
            when period is null or period <> floor(period) or period not between 1900 and 2100 then 'UNSD-R03'
            when value_raw is null or value_raw = '' then 'UNSD-R04'
            when multiplier_text is not null and power is null then 'UNSD-R06'
            when period > year(current_date) + 5 then 'UNSD-R07'
        end as rule_id
    from unsigned
)
select
    cast($dataset as varchar) as dataset_id,
    cast($release as varchar) as release,
    cast(v.snapshot_sha256 as varchar) as snapshot_sha256,
    cast(
        hash($release, v.series_code, v.area_number, v.period, v.reporting_type, v.breakdown)
        as ubigint
    ) as observation_key,
    cast(nullif(ascii_digits(trim(v.goal)), '') as varchar) as goal_code,
    cast(nullif(ascii_digits(trim(v.target)), '') as varchar) as target_code,
    cast(nullif(ascii_digits(trim(v.indicator)), '') as varchar) as indicator_code,
    cast(coalesce(renamed.series_code, v.series_code) as varchar) as series_code,
    cast(v.series_code as varchar) as published_series_code,
    cast(nullif(trim(v.description, e' \r\n'), '') as varchar) as description,
    cast(
        case when v.area_number < 100 then format('{:03d}', v.area_number)
            else cast(v.area_number as varchar) end
        as varchar
    ) as area_code,
    cast(nullif(trim(v.area_name), '') as varchar) as area_name,
    cast(
        case when v.period = floor(v.period) and v.period between 1900 and 2100 then v.period end
        as integer
    ) as year,
    cast(
        case when v.time_detail <> '' and try_cast(v.time_detail as double) is distinct from v.period
            then v.time_detail end
        as varchar
    ) as time_detail,
    cast(v.breakdown as varchar) as published_breakdown,
    cast(v.further as varchar) as published_attributes,
    cast(v.reporting_type as varchar) as reporting_type,
    cast(v.number as double) as value,
    cast(v.value_raw as varchar) as value_raw,
    cast(
        case
            when v.number is not null then if(v.sign is null, 'number', 'censored')
            when v.value_raw in ('NA', 'NaN', 'nan', 'NV') then 'not available'
            when v.value_raw = 'N' then 'not relevant'
            else 'unparsed'
        end as varchar
    ) as value_status,
    cast(case when v.number is not null then v.sign end as varchar) as censoring,
    cast(scaled(v.lower_text, v.power) as double) as lower_bound,
    cast(scaled(v.upper_text, v.power) as double) as upper_bound,
    cast(pow(10, coalesce(v.power, 0)) as double) as multiplier,
    cast(coalesce(unit_code.canonical, nullif(v.units, ''), 'NOT STATED') as varchar) as unit,
    cast(nullif(trim(v.base_period), '') as varchar) as base_period,
    cast(coalesce(nature_code.canonical, nullif(v.nature, '')) as varchar) as nature,
    cast(nullif(trim(v.observation_status), '') as varchar) as observation_status,
    cast(nullif(trim(v.source), '') as varchar) as source,
    cast(nullif(trim(v.footnotes, e' \r\n'), '') as varchar) as footnotes,
    cast(v.rule_id as varchar) as rule_id,
    cast(
        case when v.rule_id is not null then concat_ws(
            ' ', coalesce(v.series_code, '?'), coalesce(v.area_text, '?'),
            coalesce(cast(v.period as varchar), '?'), replace(v.breakdown, chr(31), '; ')
        ) end as varchar
    ) as row_key,
    cast(v.multiplier_text as varchar) as multiplier_text,
    cast(v.n_cleaned as integer) as n_cleaned
from valued as v
left join registry_renames as renamed on renamed.renamed_from = v.series_code
left join registry_codes as unit_code
    on unit_code.dimension = 'units' and unit_code.code = v.units
left join registry_codes as nature_code
    on nature_code.dimension = 'nature' and nature_code.code = v.nature
