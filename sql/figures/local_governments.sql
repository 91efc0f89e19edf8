-- name: local_governments
-- grain: metric, local government, breakdown
-- depends: core.area_grouping, core.local_government, evidence.metric, evidence.metric_value
-- why: what single local governments of the asked area publish in each value of $dimension,
--   whatever else tells their rows apart (their sites), each with its latest year. Their
--   names come from the records: whoever shows them has to escape them.
with picked as (
    select
        v.* exclude (n_total, denominator) replace (
            map_from_entries([($dimension, v.dimensions[$dimension])]) as dimensions,
            $dimension || '=' || v.dimensions[$dimension] as breakdown
        ),
        v.local_government_id as code,
        coalesce(g.name, v.local_government_id) as name,
        m.unit
    from evidence.metric_value as v
    inner join evidence.metric as m on m.metric_id = v.metric_id
    left join core.local_government as g on g.local_government_id = v.local_government_id
    where list_contains($metrics, v.metric_id)
        and v.local_government_id is not null
        and v.value is not null
        and (
            $area in ('001', v.area_code)
            or v.area_code in (select m.area_code from core.area_grouping as m where m.grouping_code = $area)
        )
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
        *,
        max(if(len($breakdowns) = 0 or breakdown = $breakdowns[1], value, null)) over (
            partition by metric_id, code
        ) as height
    from picked
)
select
    * exclude (height),
    (select count(distinct picked.code) from picked) as n_found
from sized
qualify dense_rank() over (order by height desc nulls last, code) <= $most
order by
    height desc nulls last,
    code,
    list_position($breakdowns, breakdown),
    breakdown,
    value
