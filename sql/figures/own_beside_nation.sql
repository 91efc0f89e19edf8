-- name: own_beside_nation
-- grain: official indicator, place
-- depends: core.area, core.local_government, core.local_indicator, evidence.local_beside_nation_in_file,
--   evidence.local_vs_national, evidence.metric
-- why: a local government's shares beside the nation's: those of one file, which has both by one definition, and
--   those that have the UN's definition. One line of each indicator, its latest year; drawn are the widest gaps,
--   one of each goal before the second of any. n_above and n_below are of all.
with pairs as (
    select
        f.site_id,
        f.local_indicator_id,
        f.series,
        f.indicator_code,
        f.year,
        f.local_value,
        f.national_value,
        f.release,
        0 as source
    from evidence.local_beside_nation_in_file as f
    where f.local_government_id = $area
        and f.unit = 'PERCENT'
        and f.indicator_code is not null
    union all
    select
        v.site_id,
        v.local_indicator_id,
        v.series,
        v.indicator_code,
        v.year,
        v.local_value,
        v.national_value,
        v.release,
        1 as source
    from evidence.local_vs_national as v
    where v.local_government_id = $area
        and v.comparability = 'same definition'
        and v.local_unit = 'PERCENT'
        and v.national_value is not null
),
latest as (
    select
        p.*,
        i.title,
        i.goal_code,
        p.local_value - p.national_value as gap
    from pairs as p
    inner join core.local_indicator as i
        on i.site_id = p.site_id
        and i.local_indicator_id = p.local_indicator_id
    qualify row_number() over (
        partition by p.indicator_code
        order by p.year desc, p.source, p.series is not null, p.local_indicator_id
    ) = 1
),
ranked as (
    select
        *,
        count(*) over () as n_found,
        count(*) filter (round(gap, 1) > 0) over () as n_above,
        count(*) filter (round(gap, 1) < 0) over () as n_below,
        row_number() over (partition by goal_code order by abs(gap) desc, indicator_code) as place
    from latest
),
counted as (
    select *
    from ranked
    qualify row_number() over (order by place, abs(gap) desc, indicator_code) <= $most
),
sides as (
    select
        *,
        unnest(['own', 'nation']) as side
    from counted
)
select
    m.metric_id,
    g.local_government_id as code,
    g.name,
    g.name as government,
    g.area_code,
    a.name as country,
    sides.indicator_code,
    sides.title as detail,
    sides.year,
    if(sides.side = 'own', sides.local_value, sides.national_value) as value,
    sides.n_found,
    sides.n_above,
    sides.n_below,
    map_from_entries([
        ('site', sides.site_id || '/' || sides.local_indicator_id),
        ('place', sides.side)
    ]) as dimensions,
    'published' as basis,
    sides.release,
    'PERCENT' as unit
from sides
inner join core.local_government as g on g.local_government_id = $area
left join core.area as a on a.area_code = g.area_code
cross join evidence.metric as m
where list_contains($metrics, m.metric_id)
order by sides.gap desc, sides.indicator_code, sides.side = 'nation'
