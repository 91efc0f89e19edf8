-- series_releases: the releases of the asked series, the best for a question first.
-- grain: series, dataset, release; depends: core.release, core.series_release
-- why: one release answers for a series. It is the newest whole one of the dataset that the warehouse shows,
--      or, as known on a day, the newest whole one of those published by then. A part of the database is
--      taken only where no whole one is there.
with latest as (
    select series_code, dataset_id
    from core.series_release
    where is_latest
)
select
    r.series_code, r.dataset_id, r.release, p.published_on, r.is_partial, r.is_latest, r.first_year, r.last_year,
    row_number() over (
        partition by r.series_code
        order by r.dataset_id = l.dataset_id desc, r.is_partial, r.release_rank desc, r.dataset_id
    ) as choice
from core.series_release as r
join core.release as p on p.dataset_id = r.dataset_id and p.release = r.release
join latest as l on l.series_code = r.series_code
where
    list_contains($series, r.series_code)
    and ($as_of is null or p.published_on <= cast($as_of as date))
order by r.series_code, choice
