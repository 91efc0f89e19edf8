-- staging.area: areas as the service lists them.
-- grain: release, area; depends: $file (GeoArea/List)
-- why: the list says "4" where M49 says 004; a code that is no number stays as it is and
--      becomes a reject
select
    cast($dataset as varchar) as dataset_id,
    cast($release as varchar) as release,
    cast(
        coalesce(format('{:03d}', try_cast(geoAreaCode as integer)), trim(geoAreaCode)) as varchar
    ) as area_code,
    cast(trim(geoAreaName) as varchar) as area_name,
    cast($sha256 as varchar) as snapshot_sha256
from read_json($file, columns = {geoAreaCode: 'VARCHAR', geoAreaName: 'VARCHAR'}, format = 'array')
