-- rule: OSDG-OBS-012
-- severity: critical
-- why: Nothing later than the year after the pull is the latest observation, and what ends more than five years
--   after it is a target or a year of another calendar: no headline is the one, and no row the other.
-- fix: Report it with the examples; it is a fault of the build.
with dated as (
    select
        *,
        -- the release of a site is named after the day of its pull
        coalesce(try_cast(regexp_extract(release, '@(20\d\d)', 1) as integer), year(current_date)) as year_pulled
    from staging.local_observation
)
select
    dataset_id,
    release,
    site_id,
    local_indicator_id,
    count(*) as n_rows,
    count(*) filter (is_headline) as n_headline,
    max(end_year) as last_year
from dated
where end_year > year_pulled + 5 or is_headline and end_year > year_pulled + 1
group by dataset_id, release, site_id, local_indicator_id
order by all
