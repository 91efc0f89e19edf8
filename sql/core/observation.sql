-- core.observation: one row an observation, every release available.
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
    series_code, area_code, year, sex, age, location, dimensions,
    is_total and coalesce(reporting_type, 'G') = 'G' as is_total, value, value_raw, value_status, censoring,
    lower_bound, upper_bound, multiplier, unit, base_period, nature, observation_status, reporting_type,
    time_detail, source, footnotes,
    case
        when published_attributes is not null then map_from_entries(list_transform(
            string_split(published_attributes, chr(31)),
            lambda part: struct_pack(k := split_part(part, '=', 1), v := substr(part, strpos(part, '=') + 1))
        ))
    end as attributes,
    release, published_series_code, label as breakdown, quality_flag, snapshot_sha256, dataset_id
from flagged
