-- staging.population: people of a country, or of the World, in a year.
-- grain: source row; depends: $file (a CSV with iso3, year, population), staging.m49_area
-- why: a row that is no country's, or says no number of people, must not be what another number is
--      compared with. Of two rows of a country and year the first is kept.
with source as (
    select
        row_number() over () as row_number,
        trim(iso3) as iso3,
        try_cast(trim(year) as integer) as year,
        try_cast(trim(population) as double) as population,
        concat_ws(' ', iso3, year) as row_key
    from read_csv($file, all_varchar = true, delim = ',', header = true, nullstr = '\N', quote = '"')
),
judged as (
    select
        *,
        case
            when not coalesce(regexp_full_match(iso3, '[A-Z]{3}'), false) then 'POP-R01'
            when not coalesce(year between 1900 and 2100, false) then 'POP-R01'
            when not coalesce(population > 0 and isfinite(population), false) then 'POP-R01'
            when row_number() over (partition by iso3, year order by row_number) > 1 then 'POP-R01'
            when iso3 <> 'WLD' and iso3 not in (select m.iso3 from staging.m49_area as m where m.iso3 is not null)
                then 'POP-R02'
        end as rule_id
    from source
)
select
    cast($dataset as varchar) as dataset_id,
    cast($release as varchar) as release,
    cast($sha256 as varchar) as snapshot_sha256,
    cast(iso3 as varchar) as iso3,
    cast(year as integer) as year,
    cast(population as double) as population,
    cast($producer as varchar) as source,
    cast(rule_id as varchar) as rule_id,
    cast(row_key as varchar) as row_key
from judged
