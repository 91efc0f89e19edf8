-- core.series: series of the lists available, and those that only observations know.
-- grain: series; depends: staging.series, staging.observation, release_order,
--        registry_targets, registry_renames
-- why: older releases hold series that later lists dropped (SG_PLN_MSTKSDG); their
--      values stay in the warehouse, so the series stays. The 2020 file carries the
--      code where the description should be: then the list's word is taken, or the code.
with listed as (
    select coalesce(n.series_code, s.series_code) as series_code, s.description, s.release
    from staging.series as s
    join release_order as r using (dataset_id, release)
    left join registry_renames as n on n.renamed_from = s.series_code
    qualify row_number() over (
        partition by coalesce(n.series_code, s.series_code)
        order by r.dataset_rank, r.position desc, n.series_code nulls first, s.indicator_code
    ) = 1
),
measured as (
    select
        o.series_code, o.dataset_id, o.release, r.position, r.dataset_rank,
        min(o.unit) as unit,
        min(o.description) filter (o.description <> o.published_series_code) as description
    from staging.observation as o
    join release_order as r using (dataset_id, release)
    group by o.series_code, o.dataset_id, o.release, r.position, r.dataset_rank
),
newest as (
    select series_code, release, unit, description
    from measured
    qualify row_number() over (partition by series_code order by dataset_rank, position desc) = 1
),
renames as (
    -- a series that was renamed twice has two older names
    select series_code, string_agg(renamed_from, ', ' order by renamed_from) as renamed_from
    from registry_renames
    group by series_code
),
described as (
    select series_code, arg_min(description, (dataset_rank, -position)) filter (description is not null) as description
    from measured
    group by series_code
)
select
    coalesce(l.series_code, m.series_code) as series_code,
    coalesce(l.description, d.description, m.series_code) as description,
    m.unit, nullif(t.direction, '') as direction, cast(nullif(t.target_2030, '') as double) as target_2030,
    nullif(t.target_basis, '') as target_basis, n.renamed_from, l.release as list_release
from listed as l
full join newest as m on m.series_code = l.series_code
left join described as d on d.series_code = m.series_code
left join registry_targets as t on t.series_code = coalesce(l.series_code, m.series_code)
left join renames as n on n.series_code = coalesce(l.series_code, m.series_code)
order by series_code
