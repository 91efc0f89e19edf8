-- core.observation: one row an observation, every release at hand.
-- grain: series, area, year, disaggregation, release
-- depends: staging.unsd_observation, staging.unsd_breakdown
-- why: a series that serves several indicators repeats under each (SG_DSR_SILS under
--      1.5.4, 11.b.2 and 13.1.3), and two files may hold the same row. Rows of one key
--      agree in value, unit and nature (rule UNSD-OBS-002 and WH-011); where the words of the
--      source differ the first in order is taken, so that a build can be repeated.
with decoded as (
    select
        o.*, b.breakdown, b.sex, b.age, b.location, b.dimensions, b.is_total
    from staging.unsd_observation as o
    join staging.unsd_breakdown as b using (release, published_series_code, published_breakdown)
)
select
    cast(series_code as varchar) as series_code,
    cast(area_code as varchar) as area_code,
    cast(year as integer) as year,
    cast(any_value(sex) as varchar) as sex,
    cast(any_value(age) as varchar) as age,
    cast(any_value(location) as varchar) as location,
    cast(any_value(dimensions) as map(varchar, varchar)) as dimensions,
    cast(any_value(is_total) and coalesce(reporting_type, 'G') = 'G' as boolean) as is_total,
    cast(any_value(value) as double) as value,
    cast(any_value(value_raw) as varchar) as value_raw,
    cast(any_value(value_status) as varchar) as value_status,
    cast(any_value(censoring) as varchar) as censoring,
    cast(any_value(lower_bound) as double) as lower_bound,
    cast(any_value(upper_bound) as double) as upper_bound,
    cast(any_value(unit) as varchar) as unit,
    cast(min(base_period) as varchar) as base_period,
    cast(min(nature) as varchar) as nature,
    cast(min(observation_status) as varchar) as observation_status,
    cast(reporting_type as varchar) as reporting_type,
    cast(min(time_detail) as varchar) as time_detail,
    cast(min(source) as varchar) as source,
    cast(min(footnotes) as varchar) as footnotes,
    cast(release as varchar) as release,
    cast(any_value(published_series_code) as varchar) as published_series_code,
    cast(
        case
            when coalesce(reporting_type, 'G') = 'G' then breakdown
            else concat_ws('; ', nullif(breakdown, ''), 'reporting_type=' || reporting_type)
        end as varchar
    ) as breakdown,
    cast(min(snapshot_sha256) as varchar) as snapshot_sha256
from decoded
group by series_code, area_code, year, release, breakdown, reporting_type
order by series_code, area_code, year
