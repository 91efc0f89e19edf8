-- core.series: series of the lists available, and those that only observations know.
-- grain: series; depends: staging.series, staging.observation, core.observation, core.series_release,
--        core.unit, release_order, registry_targets, registry_renames
-- why: older releases hold series that later lists dropped (SG_PLN_MSTKSDG); their
--      values stay in the warehouse, so the series stays. The 2020 file carries the
--      code where the description should be: then the list's word is taken, or the code.
--      Whether a series has totals is counted in the release that is shown; the usual breakdown
--      is the one that most areas and years have, the one with more totals in it before others.
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
),
broken_down as (
    select
        o.series_code, o.breakdown, bool_or(o.is_total) as is_total,
        any_value(
            len(list_filter([o.sex, o.age, o.location] || map_values(o.dimensions), lambda part: part = 'total'))
        ) as n_totals,
        count(distinct hash(o.area_code, o.year)) as n_points
    from core.observation as o
    join core.series_release as r using (dataset_id, series_code, release)
    where r.is_latest
    group by o.series_code, o.breakdown
),
points as (
    select o.series_code, count(distinct hash(o.area_code, o.year)) as n_points
    from core.observation as o
    join core.series_release as r using (dataset_id, series_code, release)
    where r.is_latest
    group by o.series_code
),
totals as (
    select
        p.series_code,
        bool_or(b.is_total) as has_total,
        100 * coalesce(sum(b.n_points) filter (b.is_total), 0) / any_value(p.n_points) as total_pct,
        first(b.breakdown order by b.n_points desc, b.n_totals desc, b.breakdown) as usual_breakdown
    from points as p
    join broken_down as b on b.series_code = p.series_code
    group by p.series_code
)
select
    coalesce(l.series_code, m.series_code) as series_code,
    coalesce(l.description, d.description, m.series_code) as description,
    m.unit, u.unit_code, nullif(t.direction, '') as direction, cast(nullif(t.target_2030, '') as double) as target_2030,
    nullif(t.target_basis, '') as target_basis, n.renamed_from,
    c.has_total, c.total_pct, c.usual_breakdown, l.release as list_release
from listed as l
full join newest as m on m.series_code = l.series_code
left join described as d on d.series_code = m.series_code
left join registry_targets as t on t.series_code = coalesce(l.series_code, m.series_code)
left join core.unit as u on u.unit = m.unit
left join totals as c on c.series_code = coalesce(l.series_code, m.series_code)
left join renames as n on n.series_code = coalesce(l.series_code, m.series_code)
order by series_code
