-- diff/publications/metrics: the headline values that differ, of each kind of area those that moved most.
-- grain: metric, area, local government where it is about one, breakdown
-- depends: core.area, core.local_government, evidence.metric, headline_change
-- why: the World comes first, then regions and groups, countries, local governments; of each the totals before
--   breakdowns, and what moved before what came or went.
with titles as (
    select metric_id, title, unit from new.evidence.metric
    union all
    select metric_id, title, unit from old.evidence.metric
    where metric_id not in (select metric_id from new.evidence.metric)
),
areas as (
    select area_code, name, kind from new.core.area
    union all
    select area_code, name, kind from old.core.area
    where area_code not in (select area_code from new.core.area)
),
governments as (
    select local_government_id, name from new.core.local_government
    union all
    select local_government_id, name from old.core.local_government
    where local_government_id not in (select local_government_id from new.core.local_government)
),
measured as (
    select
        h.*, t.title, t.unit, a.name as area_name, g.name as local_government_name,
        case
            when h.local_government_id is not null then 'local government'
            when a.kind in ('world', 'region', 'grouping') then a.kind
            else 'country'
        end as area_kind,
        case
            when h.local_government_id is not null then 4
            when a.kind = 'world' then 1
            when a.kind in ('region', 'grouping') then 2
            else 3
        end as kind_rank,
        h.new_value - h.old_value as change_abs,
        100 * (h.new_value - h.old_value) / nullif(abs(h.old_value), 0) as change_pct
    from headline_change as h
    left join titles as t on t.metric_id = h.metric_id
    left join areas as a on a.area_code = h.area_code
    left join governments as g on g.local_government_id = h.local_government_id
    where (len($metric_ids) = 0 or list_contains($metric_ids, h.metric_id))
        and (
            len($areas) = 0 or list_contains($areas, h.area_code) or list_contains($areas, h.local_government_id)
        )
),
ranked as ( -- noqa: ST03
    select
        *, row_number() over (
            partition by kind_rank
            order by
                is_main desc, change = 'changed' desc, change <> 'other year' desc, abs(change_pct) desc nulls last,
                metric_id, area_code, local_government_id, breakdown
        ) as place
    from measured
)
select
    r.metric_id, r.title, r.unit, r.area_code, r.area_name, r.area_kind, r.local_government_id,
    r.local_government_name, r.breakdown, r.is_main, r.change, r.old_year, r.old_value, r.new_year, r.new_value,
    r.change_abs, r.change_pct, r.reasons, r.old_release, r.new_release, r.old_definition, r.new_definition
from ranked as r
where $limit = 0 or r.place <= $limit
order by r.kind_rank, r.place
