-- name: register_leads
-- grain: kind of lead, year, of one register
-- depends: core.action_dataset, core.area, evidence.metric, evidence.metric_value
-- why: which kinds of actors lead the records of one register in each year; the register as in register.sql. n_total
--   is the records of the year, of which a kind is a share. The five kinds that lead most are lines, but none that
--   says nothing of who leads; a kind that leads no record of a year has no point there. Years with fewer than $most
--   records are left out: of fewer, one record is more than some points.
with counted as (
    select
        v.* exclude (local_government_id, n_total),
        v.dimensions['dataset'] as dataset_id,
        v.dimensions['lead'] as kind,
        v.area_code as code,
        a.name,
        m.unit,
        max(v.n_total) over (partition by v.dimensions['dataset']) as n_register
    from evidence.metric_value as v
    inner join evidence.metric as m on m.metric_id = v.metric_id
    left join core.area as a on a.area_code = v.area_code
    where list_contains($metrics, v.metric_id)
        and v.area_code = $area
        and v.dimensions['count'] = 'in the year'
        and v.dimensions['dataset'] is not null
        and v.dimensions['lead'] is not null
        and v.local_government_id is null
        and v.value > 0
),
one_register as (
    select dataset_id
    from counted
    where dataset_id = $register or not $is_only
    group by dataset_id
    order by dataset_id = $register desc, sum(value) desc, dataset_id
    limit 1
),
shared as (
    select
        c.*,
        sum(c.value) over (partition by c.year) as n_total,
        sum(c.value) over (partition by c.kind) as n_kind
    from counted as c
    inner join one_register as o on o.dataset_id = c.dataset_id
),
ranked as (
    select
        kind,
        row_number() over (order by n_kind desc, kind) as place
    from shared
    where kind not in ('other', 'not classified', 'none named')
    group by kind, n_kind
)
select
    s.*,
    d.title as register,
    d.attribution,
    d.n_actions as n_found
from shared as s
inner join ranked as r on r.kind = s.kind and r.place <= 5
inner join core.action_dataset as d on d.dataset_id = s.dataset_id
where s.n_total >= $most
order by r.place, s.year
