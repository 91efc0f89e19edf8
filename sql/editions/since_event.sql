-- The evidence at the event and now, side by side: what changed since, and why.
-- name: since_event
-- grain: metric, area, local government where it is about one, year, breakdown
-- depends: evidence.metric, evidence.metric_value, evidence.metric_value_at_event
-- why: who spoke at the event could not know what was published later. A number computed here from
--   other countries than before rests on new data; a value of another poverty line or base period has
--   a new definition; every other new value of a year is a revision.
--   A count of local records is of the year of its snapshot, and leaves that year with the next one.
-- column value_at_event: Value as known on the day of the event, in the unit of the metric; null where not known then.
-- column value_now: Value in the newest edition, in the metric's unit; null where withheld or no longer published.
-- column difference: Value now less value at the event, in the unit of the metric.
-- column change: What happened to the value since the event: added, removed, changed or unchanged.
-- column why: Why it changed: new data, revision, new definition, no longer published, withheld (it cannot be true).
-- column release_at_event: Release of the value at the event.
-- column release_now: Release of the value now.
with at_event as ( -- noqa: ST03
    select
        metric_id, area_code, coalesce(local_government_id, '') as government, year, breakdown, value, censoring,
        n_areas, basis, definition, release
    from evidence.metric_value_at_event
    where value is not null
),
newest as ( -- noqa: ST03
    select
        metric_id, area_code, coalesce(local_government_id, '') as government, year, breakdown, value, censoring,
        n_areas, basis, definition, release
    from evidence.metric_value
    where value is not null
),
withheld as (
    select metric_id, area_code, coalesce(local_government_id, '') as government, year, breakdown
    from evidence.metric_value
    where value is null
),
paired as (
    select
        metric_id, area_code, government, year, breakdown, -- noqa: RF03
        at_event.value as value_at_event, newest.value as value_now, -- noqa: RF03
        at_event.release as release_at_event, newest.release as release_now,
        case
            when at_event.value is null then 'added'
            when newest.value is null then 'removed'
            when newest.value <> at_event.value or newest.censoring is distinct from at_event.censoring
                then 'changed'
            else 'unchanged'
        end as change,
        newest.basis = 'computed' and newest.n_areas is distinct from at_event.n_areas as rests_on_others,
        newest.definition is distinct from at_event.definition as is_other_definition
    from at_event
    full join newest using (metric_id, area_code, government, year, breakdown)
)
select
    p.metric_id, p.area_code, nullif(p.government, '') as local_government_id, p.year, p.breakdown, p.value_at_event,
    p.value_now, p.value_now - p.value_at_event as difference, p.change,
    case
        when p.change = 'added' or (p.change = 'changed' and p.rests_on_others and not p.is_other_definition)
            then 'new data'
        when p.change = 'removed' and len(m.series_codes) = 0 then 'new data'
        when p.change = 'removed' and w.metric_id is not null then 'withheld'
        when p.change = 'removed' then 'no longer published'
        when p.change = 'changed' and p.is_other_definition then 'new definition'
        when p.change = 'changed' then 'revision'
    end as why,
    p.release_at_event, p.release_now
from paired as p
join evidence.metric as m on m.metric_id = p.metric_id
left join withheld as w
    on w.metric_id = p.metric_id and w.area_code = p.area_code and w.government = p.government
    and w.year = p.year and w.breakdown = p.breakdown
