-- staging.m49_area: countries and areas of the M49 standard.
-- grain: area; depends: $file (the CSV that UNSD exports, semicolons, UTF-8 with BOM)
-- why: ISO codes and the flags of the LDC, LLDC and SIDS, an x each
select
    cast($dataset as varchar) as dataset_id,
    cast($release as varchar) as release,
    cast(lpad(trim("M49 Code"), 3, '0') as varchar) as area_code,
    cast(trim("Country or Area") as varchar) as area_name,
    cast(nullif(trim("ISO-alpha2 Code"), '') as varchar) as iso2,
    cast(nullif(trim("ISO-alpha3 Code"), '') as varchar) as iso3,
    cast(lower(trim("Least Developed Countries (LDC)")) = 'x' as boolean) as is_ldc,
    cast(lower(trim("Land Locked Developing Countries (LLDC)")) = 'x' as boolean) as is_lldc,
    cast(lower(trim("Small Island Developing States (SIDS)")) = 'x' as boolean) as is_sids,
    cast($sha256 as varchar) as snapshot_sha256
from read_csv($file, all_varchar = true, delim = ';', header = true, nullstr = '\N', quote = '"')
