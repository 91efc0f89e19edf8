-- core.observation: one row an observation, every release at hand.
-- grain: dataset, series, area, year, disaggregation, release
-- depends: staging.observation, staging.breakdown, staging.observation_key, core.observation_flag
-- why: staging holds a row for each row of the source; observation_key says which of the rows of
--      one observation stands for it. That they agree is checked (UNSD-OBS-002, UNSD-KEY-001).
with decoded as (
    select
        o.*,
        case
            when coalesce(o.reporting_type, 'G') = 'G' then b.breakdown
            else concat_ws('; ', nullif(b.breakdown, ''), 'reporting_type=' || o.reporting_type)
        end as label,
        b.sex, b.age, b.location, b.dimensions, b.is_total
    from staging.observation as o
    join staging.breakdown as b using (dataset_id, release, published_series_code, published_breakdown)
    where o.rowid in (select staged_row from staging.observation_key)
),
flagged as (
    select decoded.*, f.quality_flag
    from decoded
    left join core.observation_flag as f
        on f.dataset_id = decoded.dataset_id
        and f.release = decoded.release
        and f.series_code = decoded.series_code
        and f.area_code = decoded.area_code
        and f.year = decoded.year
        and f.breakdown = decoded.label
)
select
    cast(series_code as varchar) as series_code,
    cast(area_code as varchar) as area_code,
    cast(year as integer) as year,
    cast(sex as varchar) as sex,
    cast(age as varchar) as age,
    cast(location as varchar) as location,
    cast(dimensions as map(varchar, varchar)) as dimensions,
    cast(is_total and coalesce(reporting_type, 'G') = 'G' as boolean) as is_total,
    cast(value as double) as value,
    cast(value_raw as varchar) as value_raw,
    cast(value_status as varchar) as value_status,
    cast(censoring as varchar) as censoring,
    cast(lower_bound as double) as lower_bound,
    cast(upper_bound as double) as upper_bound,
    cast(multiplier as double) as multiplier,
    cast(unit as varchar) as unit,
    cast(base_period as varchar) as base_period,
    cast(nature as varchar) as nature,
    cast(observation_status as varchar) as observation_status,
    cast(reporting_type as varchar) as reporting_type,
    cast(time_detail as varchar) as time_detail,
    cast(source as varchar) as source,
    cast(footnotes as varchar) as footnotes,
    cast(
        case
            when published_attributes is not null then map_from_entries(list_transform(
                string_split(published_attributes, chr(31)),
                lambda part: struct_pack(k := split_part(part, '=', 1), v := substr(part, strpos(part, '=') + 1))
            ))
        end as map(varchar, varchar)
    ) as attributes,
    cast(release as varchar) as release,
    cast(published_series_code as varchar) as published_series_code,
    cast(label as varchar) as breakdown,
    cast(quality_flag as varchar) as quality_flag,
    cast(snapshot_sha256 as varchar) as snapshot_sha256,
    cast(dataset_id as varchar) as dataset_id
from flagged
