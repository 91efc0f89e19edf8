-- rule: UNSD-OBS-002
-- severity: warning
-- why: One observation has one nature within a release: where rows of one key differ in it alone, the value is
--   kept with the nature of one of them.
-- fix: Read nature with care for these rows.
with suspects as (
    select observation_key
    from staging.observation
    where nature is not null
    group by observation_key
    having min(nature) <> max(nature)
)
select
    any_value(release) as release,
    any_value(series_code) as series_code,
    any_value(area_code) as area_code,
    any_value(year) as year,
    any_value(replace(published_breakdown, chr(31), '; ')) as breakdown,
    string_agg(distinct nature, ', ' order by nature) as natures,
    min(snapshot_sha256) as file_a,
    max(snapshot_sha256) as file_b
from staging.observation
where observation_key in (select observation_key from suspects)
group by observation_key
order by series_code, area_code, year, breakdown, release, observation_key
