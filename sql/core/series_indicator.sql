-- core.series_indicator: which series serves which official indicator.
-- grain: series, indicator; depends: staging.series, staging.observation, release_order
-- why: the newest list that has the series decides; a series that no list has
--      keeps the indicators under which its newest release files it
with listed as (
    select coalesce(n.series_code, s.series_code) as series_code, s.indicator_code, s.release
    from staging.series as s
    join release_order as r using (dataset_id, release)
    left join registry_renames as n on n.renamed_from = s.series_code
    qualify rank() over (
        partition by coalesce(n.series_code, s.series_code)
        order by r.dataset_rank, r.position desc, n.series_code nulls first
    ) = 1
),
filed as (
    select distinct
        o.series_code, unnest(string_split(o.indicator_code, ',')) as indicator_code, o.dataset_id, o.release
    from staging.observation as o
    where o.indicator_code is not null
        and o.series_code not in (select series_code from listed)
),
newest_filed as (
    select f.series_code, f.indicator_code, f.release
    from filed as f
    join release_order as r using (dataset_id, release)
    qualify rank() over (partition by f.series_code order by r.dataset_rank, r.position desc) = 1
),
final as (
    select series_code, indicator_code, release from listed where indicator_code is not null
    union
    select series_code, lower(trim(indicator_code)) as indicator_code, release from newest_filed
)
select series_code, indicator_code, release as list_release
from final
order by series_code, indicator_code
