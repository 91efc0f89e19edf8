-- rule: WH-005
-- severity: critical
-- why: rows in = rows out + rejects, and every rejected row is kept with its rule
-- fix: Do not publish: report it with the examples, it is a fault of the build.
with rejected as (
    select source, release, file_name, count(*) as n
    from audit.reject
    group by source, release, file_name
)
select l.source, l.release, l.file_name, l.rows_in, l.rows_out, l.rows_rejected, coalesce(r.n, 0) as kept
from audit.source_load as l
left join rejected as r using (source, release, file_name)
where l.rows_in <> l.rows_out + l.rows_rejected or l.rows_rejected <> coalesce(r.n, 0)
