-- name: compare
-- grain: area, year, breakdown
-- depends: core.area, evidence.metric, evidence.metric_value
-- why: up to five areas beside each other: over the years as lines, else each with one year. Areas are compared by
--   one definition: that of most of them, of the newest where two have as many. is_beside marks the year in which
--   areas are set beside each other: the last that all of them have; where that is more than three years older than
--   the newest of the area that is last to report, each has the year nearest to that one. An area whose newest value
--   is more than $max_age years older than that of another has no such year. areas_left_out are those with values of
--   another definition alone.
with valued as (
    select
        v.area_code,
        v.year,
        v.definition
    from evidence.metric_value as v
    where list_contains($metrics, v.metric_id)
        and list_contains($areas, v.area_code)
        and list_contains($breakdowns, v.breakdown)
        and v.local_government_id is null
        and v.value is not null
        and v.strength is distinct from 'weak'
    group by v.area_code, v.year, v.definition
    having count(distinct v.breakdown) = len($breakdowns)
),
common as (
    select valued.definition
    from valued
    group by valued.definition
    qualify row_number() over (
        order by count(distinct valued.area_code) desc, max(valued.year) desc, valued.definition
    ) = 1
),
comparable as (
    select
        valued.area_code,
        valued.year,
        valued.definition
    from valued
    inner join common on common.definition is not distinct from valued.definition
),
recent as (
    select
        comparable.area_code,
        max(comparable.year) as year
    from comparable
    group by comparable.area_code
    qualify max(comparable.year) >= max(max(comparable.year)) over () - $max_age
),
anchor as (
    select
        min(recent.year) as year,
        count(*) as n_areas
    from recent
),
shared as (
    select comparable.year
    from comparable
    inner join recent on recent.area_code = comparable.area_code
    cross join anchor
    where comparable.year >= anchor.year - 3
    group by comparable.year
    having count(*) = any_value(anchor.n_areas)
    qualify row_number() over (order by comparable.year desc) = 1
),
beside as (
    select
        comparable.area_code,
        comparable.year
    from comparable
    inner join recent on recent.area_code = comparable.area_code
    cross join anchor
    left join shared on true
    qualify row_number() over (
        partition by comparable.area_code
        order by comparable.year = shared.year desc, abs(comparable.year - anchor.year), comparable.year desc
    ) = 1
),
left_out as (
    select list(distinct valued.area_code order by valued.area_code) as areas_left_out
    from valued
    where valued.area_code not in (select comparable.area_code from comparable)
),
picked as (
    select
        v.* exclude (local_government_id),
        v.area_code as code,
        a.name,
        a.kind as area_kind,
        m.unit,
        beside.year is not null as is_beside,
        max(v.value) over (partition by v.area_code, v.year) as height
    from comparable
    inner join evidence.metric_value as v
        on v.area_code = comparable.area_code
        and v.year = comparable.year
        and v.definition is not distinct from comparable.definition
    inner join evidence.metric as m on m.metric_id = v.metric_id
    inner join core.area as a on a.area_code = v.area_code
    left join beside
        on beside.area_code = comparable.area_code
        and beside.year = comparable.year
    where list_contains($metrics, v.metric_id)
        and list_contains($breakdowns, v.breakdown)
        and v.local_government_id is null
        and v.value is not null
)
select
    picked.* exclude (height),
    left_out.areas_left_out,
    count(distinct picked.code) over () as n_found
from picked
cross join left_out
where $kind = 'line' or picked.is_beside
order by
    if($kind = 'line', 0, -picked.height),
    list_position($areas, picked.code),
    picked.year,
    list_position($breakdowns, picked.breakdown)
