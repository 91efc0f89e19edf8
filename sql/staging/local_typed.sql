-- local_typed: records of the data files of local publishers, typed, with unit, dimensions and reference area.
-- grain: file, row
-- depends: temp tables of one call: local_raw (cells as text), local_file (facts of a file), local_place (place of a
--   combination of area cells), local_unit (published unit, normalised); macros of the module local/values.py
-- why: all files of all publishers are typed at once; what decides about a file (its commas) is found in its cells
with cores as materialized (
    select *, local_text(value) as value_text, local_sign(value) as sign, local_core(value) as core,
        local_period(year) as period
    from local_raw
),
commas as (
    select file, separator, local_comma_of(core) as decimal_comma
    from cores join local_file using (file)
    where value like '%,%' or value like '%.%'
),
comma as (
    -- the file decides how its commas are read; a semicolon between cells is a sign too
    select file, case
        when bool_or(decimal_comma is false) then false
        when bool_or(decimal_comma) or any_value(separator) = ';' then true
    end as decimal_comma
    from commas group by file
),
numbers as materialized (
    select r.*, local_number_of(r.core, c.decimal_comma) as number
    from cores as r left join comma as c using (file)
),
statuses as materialized (
    select *, local_status_of(value_text, sign, number) as value_status, local_first_year_of(period) as first_year,
        local_last_year_of(period) as last_year, local_is_part_year_of(period) as is_part_year
    from numbers
)
select
    n.file, n.row, n.year as year_text, n.period, n.first_year, n.last_year, n.is_part_year,
    n.value as value_raw, n.value_status, case when n.value_status = 'censored' then n.sign end as censoring,
    n.number as value, nullif(trim(n.unit), '') as published_unit, n.status as observation_status, n.cells,
    list_transform(f.key_at, lambda k: lower(n.cells[k])) as key_cells,
    nullif(array_to_string(list_filter(list_transform(f.series_at, lambda s: n.cells[s]), lambda c: c <> ''), ' | '), '')
        as series,
    coalesce(u.unit, f.unit) as unit,
    case when u.unit is not null then 'column' else f.unit_basis end as unit_basis,
    f.indicator_id, f.entry, f.unit as file_unit,
    -- keys and values cut by the same mask; map_from_entries on the filtered pairs fails in DuckDB 1.5
    map(list_where(f.names, list_transform(n.cells, lambda c: c <> '')),
        list_filter(n.cells, lambda c: c <> '')) as dimensions,
    coalesce(p.kind, f.area_kind) as area_kind, coalesce(p.name, f.area_name) as area_name,
    case when p.kind is not null then 'row' else f.area_basis end as area_basis,
    coalesce(p.is_exact, true) and len(list_filter(f.group_at, lambda g, i:
        not list_contains(f.whole_cells[i], n.cells[g]))) = 0 as is_whole
from statuses as n
join local_file as f using (file)
left join local_place as p
    on p.file = n.file and p.area_key = list_transform(f.area_at, lambda a: n.cells[a])
left join local_unit as u on u.published = n.unit
