-- staging.target: targets as the service lists them.
-- grain: release, target; depends: $file (Target/List); why: the list holds each target once
select
    cast($dataset as varchar) as dataset_id,
    cast($release as varchar) as release,
    cast(lower(trim(code)) as varchar) as target_code,
    cast(trim(goal) as varchar) as goal_code,
    cast(trim(title, e' \r\n') as varchar) as title,
    cast($sha256 as varchar) as snapshot_sha256
from read_json($file, columns = {code: 'VARCHAR', goal: 'VARCHAR', title: 'VARCHAR'}, format = 'array')
