-- local_typed: records of the data files of local publishers, typed, with unit, dimensions and reference area.
-- grain: file, row
-- depends: temp tables of one call: local_raw (cells as text), local_file (facts of a file), local_place (place of a
--   combination of area cells), local_unit (published unit, normalised), local_period (years of a text of a period);
--   macros of the module local/values.py
-- why: all files of all publishers are typed at once; what decides about a file (its commas) is found in its cells
with cores as materialized (
    select r.*, local_text(r.value) as value_text, local_sign(r.value) as sign, local_core(r.value) as core,
        coalesce(u.unit, f.unit) as row_unit, u.unit as column_unit,
        -- Thousands beside `thousand tonnes` states the magnitude of the unit again; another one contradicts it
        case when r.power = 0 or coalesce(u.power, f.unit_power) = 0 then r.power
            when r.power = coalesce(u.power, f.unit_power) then 0 end as factor_power
    from local_raw as r join local_file as f using (file)
    left join local_unit as u on u.published = r.unit
),
forms as (
    select file, row_unit, core, local_comma_of(core) as decimal_comma, local_open_sign_of(core) as open_sign,
        regexp_full_match(core, '[+-]?\d+') as is_whole_number,
        core[1] = '-' and not local_is_bracketed(value_text) as is_minus
    from cores
    where core <> ''
),
counted as (
    select file,
        coalesce(bool_or(decimal_comma), false) as has_comma,
        coalesce(bool_or(decimal_comma is false), false) as has_point,
        coalesce(bool_or(is_minus), false) as has_minus,
        string_agg(distinct open_sign, '' order by open_sign) as open_signs,
        -- 1,230 is no decimal that a program wrote: it would be 1,23, or 987 beside it 987,000
        coalesce(bool_or(open_sign is not null and core like '%0'), false) as has_ended_group,
        coalesce(bool_or(is_whole_number), false) as has_whole,
        -- 1234 beside 1,234: who writes one without a sign for thousands does not write the other with it
        coalesce(bool_or(is_whole_number and length(ltrim(core, '+-0')) > 3), false) as has_long,
        coalesce(max(abs(try_cast(core as double))) filter (is_whole_number), 0) as largest,
        coalesce(bool_and(row_unit = 'NUMBER') filter (open_sign is not null), false) as is_count,
        coalesce(bool_and(row_unit = 'PERCENT') filter (open_sign is not null), false) as is_percent
    from forms group by file
),
style as (
    -- the file decides how all its commas are read; a semicolon between cells, and the country, are signs too
    select c.file, c.has_minus, c.has_comma and c.has_point as is_mixed, case
        when c.has_comma and c.has_point then null
        when c.has_point then false
        when c.has_comma then true
        when c.open_signs = ',' and c.is_percent then if(c.largest <= 100, true, null)
        when c.open_signs = ',' and not c.has_long and c.has_ended_group and c.has_whole then false
        when c.open_signs = '.' and not c.has_long and c.has_ended_group
            and (c.is_count and c.largest >= 100 or f.writes_decimal_commas and (c.is_count <> c.has_whole)) then true
        when c.open_signs = '.' and not c.has_long and c.is_count and f.writes_decimal_commas and c.largest >= 100
            then true
        -- a mean of counts with three decimals looks the same where people write decimal commas
        when c.open_signs = ',' and not c.has_long and c.is_count and f.separator <> ';'
            and (not f.writes_decimal_commas or c.largest > 0) then false
        when f.separator = ';' then not (c.open_signs = ',' and c.is_count)
    end as decimal_comma,
    -- 1.234 and 2.345 alone, where people write points for thousands and programs for decimals
    c.open_signs = '.' and not c.has_point and not c.has_comma and not c.has_long and not c.is_percent
        and f.writes_decimal_commas and f.separator <> ';' as is_open
    from counted as c join local_file as f using (file)
),
numbers as materialized (
    select r.*, case
        when local_is_bracketed(r.value_text) and not (f.brackets_are_minus or s.has_minus) then null
        when local_open_sign_of(r.core) is not null and (s.is_mixed or s.is_open and s.decimal_comma is null) then null
        else local_number_of(r.core, s.decimal_comma)
    end as given
    from cores as r join local_file as f using (file) left join style as s using (file)
),
scaled as materialized (
    select *, local_scaled_of(given, factor_power) as number from numbers
),
statuses as materialized (
    select *, local_status_of(value_text, sign, number) as value_status from scaled
)
select
    n.file, n.row, n.year as year_text, d.period, d.first_year, d.last_year, coalesce(d.is_part, false) as is_part_year,
    n.value as value_raw, n.value_status, case when n.value_status = 'censored' then n.sign end as censoring,
    n.number as value, pow(10, n.factor_power) as multiplier,
    -- a text with a digit that is no number: what is lost is not lost at random
    n.value_status = 'unparsed' and regexp_matches(n.value_text, '\pN') as is_misread,
    d.last_year > f.year_pulled + 5 as is_far_ahead, coalesce(d.last_year <= f.year_pulled + 1, true) as is_in_time,
    nullif(trim(n.unit), '') as published_unit,
    case when n.column_unit is not null then nullif(trim(n.unit), '')
        when f.unit_basis = 'metadata' then f.stated_unit end as stated_unit,
    n.status as observation_status, n.cells,
    list_transform(f.key_at, lambda k: lower(n.cells[k])) as key_cells,
    nullif(array_to_string(
        list_filter(list_transform(f.series_at, lambda s: n.cells[s]), lambda c: c <> ''), ' | '), '') as series,
    n.row_unit as unit,
    case when n.column_unit is not null then 'column' else f.unit_basis end as unit_basis,
    f.indicator_id, f.entry, f.unit as file_unit,
    -- keys and values cut by the same mask; map_from_entries on the filtered pairs fails in DuckDB 1.5
    map(list_where(f.names, list_transform(n.cells, lambda c: c <> '')),
        list_filter(n.cells, lambda c: c <> '')) as dimensions,
    coalesce(p.kind, f.area_kind) as area_kind, coalesce(p.name, f.area_name) as area_name,
    case when p.kind is not null then 'row' else f.area_basis end as area_basis,
    coalesce(p.is_exact, true) and list_bool_and(list_transform(list_zip(f.group_at, f.whole_cells),
        lambda z: list_contains(z[2], n.cells[z[1]]))) is not false as is_whole
from statuses as n
join local_file as f using (file)
left join local_period as d on d.file = n.file and d.year = n.year
left join local_place as p
    on p.file = n.file and p.area_key = list_transform(f.area_at, lambda a: n.cells[a])
