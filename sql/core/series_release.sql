-- core.series_release: what each release available holds of each series, and which is the latest.
-- grain: dataset, series, release; depends: core.observation, core.area, staging.source_file, release_order
-- why: a pull of one area or year, or a region's file, is newer than the last whole database
--      and would hide it. A release is partial for a series where every request for it named
--      areas or years; where it has fewer than half of the countries that another release has;
--      and where the series of the release have, in the median, fewer than half of the years,
--      breakdowns or rows of the fullest release before it. The median, because the UN does
--      shorten single series: a whole release in which one series has fewer years is newer,
--      not partial. A partial release is never the latest while a whole one is available.
--      Of a series that two datasets publish the one with the lower rank is shown.
with threshold as (
    select 0.5 as partial_below
),
held as (
    select
        o.dataset_id, o.series_code, o.release, r.position, r.dataset_rank,
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
    join release_order as r on r.dataset_id = o.dataset_id and r.release = o.release
    group by o.dataset_id, o.series_code, o.release, r.position, r.dataset_rank
),
requested as (
    select h.dataset_id, h.series_code, h.release, bool_and(coalesce(f.is_limited, false)) as is_limited
    from (select dataset_id, series_code, release, unnest(files) as snapshot_sha256 from held) as h
    left join staging.source_file as f
        on f.dataset_id = h.dataset_id and f.release = h.release and f.snapshot_sha256 = h.snapshot_sha256
    group by h.dataset_id, h.series_code, h.release
),
compared as (
    select
        h.*, q.is_limited,
        h.n_areas / nullif(max(h.n_areas) over (partition by h.dataset_id, h.series_code), 0) as share_of_areas,
        h.n_years / max(h.n_years) over earlier as share_of_years,
        h.n_breakdowns / max(h.n_breakdowns) over earlier as share_of_breakdowns,
        h.n_rows / max(h.n_rows) over earlier as share_of_rows
    from held as h
    join requested as q on q.dataset_id = h.dataset_id and q.series_code = h.series_code and q.release = h.release
    window earlier as (
        partition by h.dataset_id, h.series_code order by h.position
        rows between unbounded preceding and 1 preceding
    )
),
whole as (
    select
        dataset_id, release,
        median(share_of_years) as share_of_years,
        median(share_of_breakdowns) as share_of_breakdowns,
        median(share_of_rows) as share_of_rows
    from compared
    group by dataset_id, release
),
judged as (
    select
        c.*,
        c.is_limited
        or coalesce(c.share_of_areas < t.partial_below, false)
        or coalesce(least(w.share_of_years, w.share_of_breakdowns, w.share_of_rows) < t.partial_below, false)
            as is_partial,
        row_number() over (partition by c.dataset_id, c.series_code order by c.position) as release_rank
    from compared as c
    join whole as w on w.dataset_id = c.dataset_id and w.release = c.release
    cross join threshold as t
),
final as (
    select
        *,
        row_number() over (
            partition by series_code order by dataset_rank, is_partial, position desc
        ) = 1 as is_latest
    from judged
)
select
    series_code, release, release_rank, n_rows, n_areas, n_years, n_breakdowns, first_year, last_year, unit,
    is_limited, is_partial, is_latest, dataset_id
from final
order by series_code, dataset_id, release_rank
