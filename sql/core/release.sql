-- core.release: the releases that are loaded, and how much each holds.
-- grain: dataset, release; depends: core.observation, core.area, core.series_release, staging.source_file
-- why: a release is the vintage of a figure. It is partial where most of its series are, and
--      its day of publication is known only where its name is a day.
with files as (
    select dataset_id, release, max(fetched_at) as fetched_at
    from staging.source_file
    group by dataset_id, release
),
held as (
    select
        o.dataset_id,
        o.release,
        count(distinct o.series_code) as n_series,
        count(distinct if(a.kind = 'country', o.area_code, null)) as n_areas,
        min(o.year) as first_year,
        max(o.year) as last_year
    from core.observation as o
    join core.area as a on a.area_code = o.area_code
    group by o.dataset_id, o.release
),
judged as (
    select dataset_id, release, 2 * count(*) filter (is_partial) > count(*) as is_partial
    from core.series_release
    group by dataset_id, release
)
select
    cast(h.dataset_id as varchar) as dataset_id,
    cast(h.release as varchar) as release,
    cast(try_cast(h.release as date) as date) as published_on,
    cast(try_cast(left(f.fetched_at, 10) as date) as date) as retrieved_on,
    cast(if(j.is_partial, 'partial', 'complete') as varchar) as scope,
    cast(h.n_series as bigint) as n_series,
    cast(h.n_areas as bigint) as n_areas,
    cast(h.first_year as integer) as first_year,
    cast(h.last_year as integer) as last_year
from held as h
join judged as j on j.dataset_id = h.dataset_id and j.release = h.release
left join files as f on f.dataset_id = h.dataset_id and f.release = h.release
order by h.dataset_id, h.release
