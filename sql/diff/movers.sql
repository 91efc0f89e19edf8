-- diff/movers: the values that changed most between $old_release and $new_release, of each series and area one.
-- grain: dataset, series, area
-- depends: core.observation, core.area, core.series, release_change, release_meaning
-- why: units differ, so changes are ranked by their size relative to the old value. A value near zero
--   would lead every list: values below a tenth of the median of their series are measured by that tenth.
--   The World comes first, then regions and groups, then countries: a revision there changes what is
--   quoted. Of each area the total that changed most, and a breakdown only where no total changed.
with floors as (
    select dataset_id, series_code, 0.1 * median(abs(value)) as least
    from core.observation
    where release = $old_release and value is not null
    group by dataset_id, series_code
),
totals as (
    select distinct dataset_id, series_code, breakdown
    from core.observation
    where release = $new_release and is_total
),
measured as (
    select
        v.*, a.name as area_name,
        if(a.kind in ('world', 'region', 'grouping'), a.kind, 'country') as area_kind,
        t.breakdown is not null as is_total,
        100 * (v.new_value - v.old_value) / nullif(greatest(abs(v.old_value), f.least), 0) as change_pct,
        abs(v.old_value) < f.least as is_small,
        case when a.kind = 'world' then 1 when a.kind in ('region', 'grouping') then 2 else 3 end as kind_rank
    from release_change as v
    join core.area as a on a.area_code = v.area_code
    left join floors as f on f.dataset_id = v.dataset_id and f.series_code = v.series_code
    left join totals as t
        on t.dataset_id = v.dataset_id and t.series_code = v.series_code and t.breakdown = v.breakdown
    where v.change = 'changed' and v.old_value is not null and v.new_value is not null
),
chosen as (
    select *, count(*) over (partition by dataset_id, series_code, area_code) as n_changed
    from measured
    qualify row_number() over (
        partition by dataset_id, series_code, area_code
        order by is_total desc, abs(change_pct) desc nulls last, year desc, breakdown
    ) = 1
),
ranked as (
    select
        *, row_number() over (
            partition by kind_rank
            order by abs(change_pct) desc nulls last, abs(new_value - old_value) desc, series_code, area_code
        ) as place
    from chosen
)
select
    r.area_code, r.area_name, r.area_kind, r.series_code, s.description, r.year,
    r.breakdown, r.is_total, r.old_value, r.new_value, r.change_pct, r.is_small, r.n_changed,
    coalesce(o.definition <> n.definition, false) as is_other_definition,
    r.dataset_id
from ranked as r
left join core.series as s on s.series_code = r.series_code
left join release_meaning as o
    on o.dataset_id = r.dataset_id and o.series_code = r.series_code and o.release = r.old_release
left join release_meaning as n
    on n.dataset_id = r.dataset_id and n.series_code = r.series_code and n.release = r.new_release
where $limit = 0 or r.place <= $limit
order by r.kind_rank, r.place
