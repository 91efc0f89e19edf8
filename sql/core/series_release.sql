-- core.series_release: what each release available holds of each series, and which is the latest.
-- grain: dataset, series, release; depends: core.series_holding, release_order
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
compared as (
    select
        h.*, r.position, r.dataset_rank,
        h.n_areas / nullif(max(h.n_areas) over (partition by h.dataset_id, h.series_code), 0) as share_of_areas,
        h.n_years / max(h.n_years) over earlier as share_of_years,
        h.n_breakdowns / max(h.n_breakdowns) over earlier as share_of_breakdowns,
        h.n_rows / max(h.n_rows) over earlier as share_of_rows
    from core.series_holding as h
    join release_order as r on r.dataset_id = h.dataset_id and r.release = h.release
    window earlier as (
        partition by h.dataset_id, h.series_code order by r.position
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
