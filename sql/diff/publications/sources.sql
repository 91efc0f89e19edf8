-- diff/publications/sources: snapshots that came, went or took the place of another.
-- grain: source, release; of a local site the site
-- depends: meta.dataset
-- why: releases of the UN are kept beside each other, a local site has a present only: site@day.
with older as (
    select
        source, split_part(release, '@', 1) as name, max(release) as release, max(fetched_at) as fetched_at,
        sum(rows_in) as rows_in, sum(bytes) as bytes
    from old.meta.dataset
    group by all
),
newer as (
    select
        source, split_part(release, '@', 1) as name, max(release) as release, max(fetched_at) as fetched_at,
        sum(rows_in) as rows_in, sum(bytes) as bytes
    from new.meta.dataset
    group by all
)
select
    source, name,
    case
        when older.release is null then 'added'
        when newer.release is null then 'removed'
        when older.release <> newer.release then 'replaced'
        else 'fetched again'
    end as change,
    older.release as old_release, newer.release as new_release,
    cast(older.fetched_at as varchar) as old_fetched_at, cast(newer.fetched_at as varchar) as new_fetched_at,
    cast(older.rows_in as bigint) as old_rows, cast(newer.rows_in as bigint) as new_rows
from older
full join newer using (source, name)
where older.release is distinct from newer.release or older.fetched_at is distinct from newer.fetched_at
    or older.bytes is distinct from newer.bytes
order by source, name
