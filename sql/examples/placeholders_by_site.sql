-- How many data files of each local site were placeholders.
-- name: placeholders_by_site
-- grain: site
-- depends: core.local_site, core.local_indicator
-- why: a new site starts as a copy of invented numbers, and most are never deleted
select
    cast(s.site_id as varchar) as site_id,
    cast(count(*) filter (i.is_placeholder) as bigint) as n_placeholders,
    cast(count(*) filter (i.is_placeholder or i.n_rows > 0) as bigint) as n_files,
    cast(s.n_with_data as bigint) as n_with_data,
    cast(s.n_called_complete as bigint) as n_called_complete
from core.local_site as s
join core.local_indicator as i on i.site_id = s.site_id
group by s.site_id, s.n_with_data, s.n_called_complete
order by n_placeholders desc, s.site_id
