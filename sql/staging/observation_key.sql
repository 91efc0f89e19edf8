-- staging.observation_key: which source row stands for an observation.
-- grain: observation (dataset, release, series, area, year, breakdown in canonical codes)
-- depends: staging.observation, staging.breakdown
-- why: a series that serves several indicators repeats under each, and two files may hold
--      the same row. One of them is taken: the first by a hash of the words in which they
--      may differ, so that a build can be repeated; one that states its unit comes first.
--      is_consistent says whether all rows agree in value and in the unit that they state,
--      in whatever spelling of the codes they came.
with keyed as (
    select
        o.rowid as staged_row,
        hash(
            o.dataset_id, o.release, o.series_code, o.area_code, o.year, o.reporting_type, b.breakdown
        ) as observation_key,
        hash(coalesce(cast(o.value as varchar), o.value_raw), o.censoring) as content,
        case when o.unit <> 'NOT STATED' then hash(o.unit) end as stated_unit,
        hash(
            o.indicator_code, o.snapshot_sha256, o.source, o.footnotes, o.nature, o.value_raw
        ) >> 1 as preference
    from staging.observation as o
    join staging.breakdown as b using (dataset_id, release, published_series_code, published_breakdown)
)
select
    cast(observation_key as ubigint) as observation_key,
    cast(
        arg_min(staged_row, preference + if(stated_unit is null, 9223372036854775808::ubigint, 0::ubigint)) as bigint
    ) as staged_row,
    cast(count(*) as bigint) as n_rows,
    cast(
        min(content) = max(content) and coalesce(min(stated_unit) = max(stated_unit), true) as boolean
    ) as is_consistent
from keyed
group by observation_key
