-- guard/official: the records of series that a new release would replace as the latest, by side: old or new.
-- grain: side, source, release, series, area, year, disaggregation
-- depends: core.observation, staging.observation, staging.breakdown, guard_pair
-- why: the file that is published holds the old ones in canonical codes, the staging tables what was staged now
with compared as (
    select
        'old' as side, p.source, p.name, o.series_code, o.area_code, o.year, o.value, o.value_raw,
        o.is_total, o.sex, o.age, o.location, o.reporting_type, o.dimensions
    from guard_pair as p
    join published.core.observation as o
        on o.dataset_id = p.source and o.series_code = p.series_code and o.release = p.old_release
    union all
    select
        'new' as side, p.source, p.name, o.series_code, o.area_code, o.year, o.value, o.value_raw,
        b.is_total and coalesce(o.reporting_type, 'G') = 'G' as is_total,
        b.sex, b.age, b.location, o.reporting_type, b.dimensions
    from guard_pair as p
    join staging.observation as o
        on o.dataset_id = p.source and o.series_code = p.series_code and o.release = p.new_release
    join staging.breakdown as b using (dataset_id, release, published_series_code, published_breakdown)
)
select
    side, source, name, series_code, area_code as place, year,
    disaggregation_key(is_total, sex, age, location, reporting_type, dimensions) as part,
    min(coalesce(cast(value as varchar), value_raw)) as content,
    max(area_code) as area,
    bool_or(is_total) as is_headline
from compared
group by all
