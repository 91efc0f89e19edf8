-- core.observation: one row an observation, every release available.
-- grain: dataset, series, area, year, disaggregation, release
-- depends: staging.observation, staging.breakdown, staging.observation_key, staging.series,
--          core.observation_flag, core.unit, release_definition, stated_definition
-- why: staging holds a row for each row of the source; observation_key says which of the rows of
--      one observation stands for it. That they agree is checked (UNSD-OBS-002, UNSD-KEY-001).
--      The definition is what a text of the source names, else what the list has for the release; to
--      it, or alone, the base period; else the prices or the classification that the description of
--      the series names, which change from release to release.
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
described as (
    -- once a series: descriptions are long, and there are as many as observations
    select
        dataset_id, release, published_series_code,
        max(coalesce(
            'at constant prices of ' || nullif(regexp_extract(description, 'constant ((19|20)[0-9]{2})', 1), ''),
            nullif(regexp_extract(description, '[0-9]+th ICLS'), '')
        )) as definition
    from (
        select dataset_id, release, published_series_code, any_value(description) as description
        from staging.observation
        group by dataset_id, release, published_series_code
        union all
        select dataset_id, release, series_code, description
        from staging.series
    )
    group by dataset_id, release, published_series_code
),
flagged as (
    select
        decoded.*, f.quality_flag, described.definition as described_definition,
        coalesce(s.definition, l.definition) as line, u.unit_code
    from decoded
    left join described
        on described.dataset_id = decoded.dataset_id
        and described.release = decoded.release
        and described.published_series_code = decoded.published_series_code
    left join release_definition as l
        on l.dataset_id = decoded.dataset_id
        and l.release = decoded.release
        and l.series_code = decoded.series_code
    left join stated_definition as s
        on s.dataset_id = decoded.dataset_id
        and s.release = decoded.release
        and s.series_code = decoded.series_code
        and s.description is not distinct from decoded.description
        and s.base_period is not distinct from decoded.base_period
        and s.footnotes is not distinct from decoded.footnotes
    left join core.unit as u on u.unit = decoded.unit
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
    lower_bound, upper_bound, multiplier, unit, unit_code, base_period,
    coalesce(
        nullif(concat_ws(
            '; ', line, case when not contains(coalesce(line, ''), base_period) then 'base period ' || base_period end
        ), ''),
        described_definition
    ) as definition,
    nature, observation_status, reporting_type,
    time_detail, source, footnotes,
    case
        when published_attributes is not null then map_from_entries(list_transform(
            string_split(published_attributes, chr(31)),
            lambda part: struct_pack(k := split_part(part, '=', 1), v := substr(part, strpos(part, '=') + 1))
        ))
    end as attributes,
    release, published_series_code, label as breakdown, quality_flag, correction_id, snapshot_sha256, dataset_id
from flagged
order by dataset_id, release, series_code, area_code, year, breakdown, value_raw
