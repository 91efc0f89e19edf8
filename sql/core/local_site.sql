-- core.local_site: the data sites of local and regional governments at hand.
-- grain: site; depends: staging.local_site, staging.local_indicator
-- why: what a site holds once placeholders are thrown out, beside what it calls complete
with counted as (
    select
        dataset_id,
        site_id,
        count(*) filter (exclusion_rule is null and n_rows > 0) as n_with_data,
        count(*) filter (is_placeholder) as n_placeholders,
        count(*) filter (reporting_status = 'complete') as n_called_complete,
        count(*) filter (match = 'official' and exclusion_rule is null and n_rows > 0) as n_official,
        min(first_year) filter (exclusion_rule is null) as first_year,
        max(last_year) filter (exclusion_rule is null) as last_year
    from staging.local_indicator
    group by dataset_id, site_id
)
select
    cast(s.site_id as varchar) as site_id,
    cast(s.local_government_id as varchar) as local_government_id,
    cast(s.site_kind as varchar) as site_kind,
    cast(s.base_url as varchar) as base_url,
    cast(s.repository as varchar) as repository,
    cast(coalesce(c.n_with_data, 0) as bigint) as n_with_data,
    cast(coalesce(c.n_placeholders, 0) as bigint) as n_placeholders,
    cast(coalesce(c.n_called_complete, 0) as bigint) as n_called_complete,
    cast(coalesce(c.n_official, 0) as bigint) as n_official,
    cast(c.first_year as integer) as first_year,
    cast(c.last_year as integer) as last_year,
    cast(s.fetched_at as varchar) as fetched_at,
    cast(s.release as varchar) as release,
    cast(s.dataset_id as varchar) as dataset_id
from staging.local_site as s
left join counted as c on c.dataset_id = s.dataset_id and c.site_id = s.site_id
order by s.site_id
