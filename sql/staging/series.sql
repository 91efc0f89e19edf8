-- staging.series: series as the service lists them, one row an indicator served.
-- grain: release, series, indicator; depends: $file (Series/List)
-- why: the service's lists hold duplicates (["15","15"]), and a series without
--      an indicator keeps one row with a null
with listed as (
    select
        trim(code) as series_code,
        trim(description, e' \r\n') as description,
        list_sort(list_distinct(indicator)) as indicators,
        release as listed_release
    from read_json(
        $file,
        columns = {code: 'VARCHAR', description: 'VARCHAR', indicator: 'VARCHAR[]', release: 'VARCHAR'},
        format = 'array'
    )
),
served as (
    select
        series_code, description,
        unnest(if(len(indicators) > 0, indicators, [null])) as indicator_code
    from listed
)
select
    cast($dataset as varchar) as dataset_id,
    cast($release as varchar) as release,
    cast(series_code as varchar) as series_code,
    cast(lower(trim(indicator_code)) as varchar) as indicator_code,
    cast(description as varchar) as description,
    cast($sha256 as varchar) as snapshot_sha256
from served
