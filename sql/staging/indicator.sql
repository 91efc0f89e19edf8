-- staging.indicator: official indicators as the service lists them.
-- grain: release, indicator; depends: $file (Indicator/List)
-- why: what the service calls description is the indicator's official name
select
    cast($dataset as varchar) as dataset_id,
    cast($release as varchar) as release,
    cast(lower(trim(code)) as varchar) as indicator_code,
    cast(lower(trim(target)) as varchar) as target_code,
    cast(trim(goal) as varchar) as goal_code,
    cast(trim(description, e' \r\n') as varchar) as title,
    cast(nullif(trim(tier), '') as varchar) as tier,
    cast($sha256 as varchar) as snapshot_sha256
from read_json(
    $file,
    columns = {code: 'VARCHAR', target: 'VARCHAR', goal: 'VARCHAR', description: 'VARCHAR', tier: 'VARCHAR'},
    format = 'array'
)
