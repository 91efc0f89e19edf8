-- staging.goal: goals as the service lists them.
-- grain: release, goal; depends: $file (Goal/List); why: title only, the long description is prose
select
    cast($dataset as varchar) as dataset_id,
    cast($release as varchar) as release,
    cast(trim(code) as varchar) as goal_code,
    cast(trim(title) as varchar) as title,
    cast($sha256 as varchar) as snapshot_sha256
from read_json($file, columns = {code: 'VARCHAR', title: 'VARCHAR'}, format = 'array')
