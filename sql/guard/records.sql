-- guard/records: actions and reviews of the files that are compared, by the side of each: old or new.
-- grain: side, source, register or list, record
-- depends: staging.action, staging.review, guard_file
-- why: all files of records stay in use, so that both are staged
with compared as (
    select f.side, f.source, f.name, a.action_id as part, a.title as content
    from staging.action as a
    join guard_file as f on f.source = 'actions' and f.release = a.release and f.sha256 = a.snapshot_sha256
    union all
    select f.side, f.source, f.name, r.review_id as part, coalesce(r.url, r.title) as content
    from staging.review as r
    join guard_file as f on f.source = 'reviews' and f.release = r.release and f.sha256 = r.snapshot_sha256
)
select
    source, name, '' as series_code, '' as place, 0 as year, part, min(content) as content,
    cast(null as varchar) as area, false as is_headline, side
from compared
group by all
