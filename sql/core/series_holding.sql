-- core.series_holding: what each release available holds of each series.
-- grain: dataset, series, release; depends: core.observation, core.area, staging.source_file
-- why: counted once from the observations. Which release is the latest follows from these counts
--      alone (core.series_release), as of today and as of any earlier day.
with held as (
    select
        o.dataset_id, o.series_code, o.release,
        count(*) as n_rows,
        count(distinct if(a.kind = 'country', o.area_code, null)) as n_areas,
        count(distinct o.year) as n_years,
        count(distinct o.breakdown) as n_breakdowns,
        min(o.year) as first_year,
        max(o.year) as last_year,
        min(o.unit) as unit,
        list(distinct o.snapshot_sha256) as files
    from core.observation as o
    join core.area as a on a.area_code = o.area_code
    group by o.dataset_id, o.series_code, o.release
),
requested as (
    select h.dataset_id, h.series_code, h.release, bool_and(coalesce(f.is_limited, false)) as is_limited
    from (select dataset_id, series_code, release, unnest(files) as snapshot_sha256 from held) as h
    left join staging.source_file as f
        on f.dataset_id = h.dataset_id and f.release = h.release and f.snapshot_sha256 = h.snapshot_sha256
    group by h.dataset_id, h.series_code, h.release
)
select
    h.dataset_id, h.series_code, h.release, h.n_rows, h.n_areas, h.n_years, h.n_breakdowns, h.first_year,
    h.last_year, h.unit, q.is_limited
from held as h
join requested as q on q.dataset_id = h.dataset_id and q.series_code = h.series_code and q.release = h.release
order by h.series_code, h.dataset_id, h.release
