-- core.local_site: the data sites of local and regional governments available.
-- grain: site; depends: staging.local_site, staging.local_indicator
-- why: what a site holds once placeholders are left out, beside what it calls complete
with counted as (
    select
        dataset_id,
        site_id,
        count(*) filter (exclusion_rule is null and n_rows > 0) as n_with_data,
        count(*) filter (is_placeholder) as n_placeholders,
        count(*) filter (reporting_status = 'complete') as n_called_complete,
        count(*) filter (match like 'official%' and exclusion_rule is null and n_rows > 0) as n_official,
        count(*) filter (match = 'official, title not compared' and exclusion_rule is null and n_rows > 0)
            as n_official_not_compared,
        min(first_year) filter (exclusion_rule is null) as first_year,
        max(last_year) filter (exclusion_rule is null) as last_year
    from staging.local_indicator
    group by dataset_id, site_id
)
select
    s.site_id, s.local_government_id, s.site_kind, s.base_url, s.repository,
    coalesce(c.n_with_data, 0) as n_with_data, coalesce(c.n_placeholders, 0) as n_placeholders,
    coalesce(c.n_called_complete, 0) as n_called_complete, coalesce(c.n_official, 0) as n_official,
    c.first_year, c.last_year, s.fetched_at, s.release, s.dataset_id,
    coalesce(c.n_official_not_compared, 0) as n_official_not_compared
from staging.local_site as s
left join counted as c on c.dataset_id = s.dataset_id and c.site_id = s.site_id
order by s.site_id
