-- name: local_governments
-- grain: metric, local government, breakdown
-- depends: core.area_grouping, core.local_government, evidence.metric, evidence.metric_value
-- why: what single local governments of the asked area publish in each value of $dimension,
--   whatever else tells their rows apart (their sites), each with its latest year. Their
--   names come from the records: whoever shows them has to escape them.
with inside as (
    select area_code
    from core.area_grouping
    where grouping_code = $area
    union
    select $area as area_code
),
picked as (
    select
        v.metric_id,
        v.local_government_id as code,
        coalesce(g.name, v.local_government_id) as name,
        map {$dimension: v.dimensions[$dimension]} as dimensions,
        $dimension || '=' || v.dimensions[$dimension] as breakdown,
        v.year,
        v.value,
        v.censoring,
        v.lower_bound,
        v.upper_bound,
        v.n_areas,
        v.coverage_pct,
        v.basis,
        v.release,
        v.caveat,
        m.unit
    from evidence.metric_value as v
    inner join evidence.metric as m on m.metric_id = v.metric_id
    left join core.local_government as g on g.local_government_id = v.local_government_id
    where list_contains($metrics, v.metric_id)
        and v.local_government_id is not null
        and v.value is not null
        and ($area = '001' or v.area_code in (select inside.area_code from inside))
        and v.dimensions[$dimension] is not null
        and (
            len($breakdowns) = 0
            or list_contains($breakdowns, $dimension || '=' || v.dimensions[$dimension])
        )
    qualify row_number() over (
        partition by v.metric_id, v.local_government_id, v.breakdown order by v.year desc
    ) = 1
),
sized as (
    select
        metric_id,
        code,
        max(value) filter (where len($breakdowns) = 0 or breakdown = $breakdowns[1]) as height
    from picked
    group by metric_id, code
),
ranked as (
    select
        picked.metric_id,
        picked.code,
        picked.name,
        picked.breakdown,
        picked.dimensions,
        picked.year,
        picked.value,
        picked.censoring,
        picked.lower_bound,
        picked.upper_bound,
        picked.n_areas,
        picked.coverage_pct,
        picked.basis,
        picked.release,
        picked.caveat,
        picked.unit,
        dense_rank() over (order by sized.height desc nulls last, picked.code) as place,
        (select count(distinct counted.code) from picked as counted) as n_found
    from picked
    inner join sized on sized.metric_id = picked.metric_id and sized.code = picked.code
)
select
    cast(metric_id as varchar) as metric_id,
    cast(code as varchar) as code,
    cast(name as varchar) as name,
    cast(breakdown as varchar) as breakdown,
    cast(dimensions as map(varchar, varchar)) as dimensions,
    cast(year as integer) as year,
    cast(value as double) as value,
    cast(censoring as varchar) as censoring,
    cast(lower_bound as double) as lower_bound,
    cast(upper_bound as double) as upper_bound,
    cast(n_areas as bigint) as n_areas,
    cast(coverage_pct as double) as coverage_pct,
    cast(null as bigint) as n_total,
    cast(null as varchar) as denominator,
    cast(n_found as bigint) as n_found,
    cast(basis as varchar) as basis,
    cast(release as varchar) as release,
    cast(caveat as varchar) as caveat,
    cast(unit as varchar) as unit
from ranked
where place <= $most
order by place, list_position($breakdowns, breakdown), breakdown, value
