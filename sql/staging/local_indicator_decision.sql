-- staging.local_indicator_decision: manual reviews of links of local indicators, typed, one row a decided row.
-- grain: source row
-- depends: record_rows (the checked rows of one sheet, all text, time as ISO 8601 in UTC); $release, $sha256
-- why: a sheet names a local indicator in one cell, `site:id`: an id alone (1-4-2) is a day to a spreadsheet.
--      All decisions are kept, also those that a later one overrules: who changed what can be determined
select
    cast($release as varchar) as release,
    cast($sha256 as varchar) as snapshot_sha256,
    cast(row_number as integer) as row_number,
    cast(split_part(trim(local_indicator), ':', 1) as varchar) as site_id,
    cast(substr(trim(local_indicator), strpos(trim(local_indicator), ':') + 1) as varchar) as local_indicator_id,
    cast(goal_code as varchar) as goal_code,
    cast(nullif(target_code, '') as varchar) as target_code,
    cast(nullif(indicator_code, '') as varchar) as indicator_code,
    cast(decision as varchar) as decision,
    cast(trim(decided_by) as varchar) as decided_by,
    cast(decided_at as timestamp) as decided_at,
    cast(nullif(trim(model_version), '') as varchar) as model_version,
    cast(nullif(trim(note), '') as varchar) as note
from record_rows
