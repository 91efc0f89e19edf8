-- rule: WH-035
-- severity: critical
-- why: every numeric target that a local government states is in evidence.local_progress once, with a status and, where
--   it cannot be assessed, the reason; the metric of its statuses adds up to them
-- fix: Do not publish: report it with the examples, it is a fault of the build.
with stated as (
    select site_id, local_indicator_id, sequence
    from core.local_target
    where target_kind = 'target value'
),
counted as (
    select
        coalesce(s.site_id, p.site_id) as site_id,
        coalesce(s.local_indicator_id, p.local_indicator_id) as local_indicator_id,
        coalesce(s.sequence, p.sequence) as sequence,
        count(s.site_id) as n_stated,
        count(p.site_id) as n_judged,
        bool_and(p.status in ('not assessed', 'insufficient data') and p.reason is null) as lacks_reason
    from stated as s
    full join evidence.local_progress as p
        on p.site_id = s.site_id and p.local_indicator_id = s.local_indicator_id and p.sequence = s.sequence
    group by all
),
by_government as (
    select local_government_id, count(*) as n_targets from evidence.local_progress group by local_government_id
),
by_metric as (
    select local_government_id, sum(value) as n_counted
    from evidence.metric_value
    where metric_id = 'c05_local_targets' and not map_contains(dimensions, 'goal')
    group by local_government_id
)
select site_id, local_indicator_id, sequence, 'stated ' || n_stated || ', judged ' || n_judged as found
from counted
where n_stated <> 1 or n_judged <> 1 or lacks_reason
union all
select b.local_government_id, null, null, 'targets ' || b.n_targets || ', in the metric ' || m.n_counted
from by_government as b
inner join by_metric as m on m.local_government_id = b.local_government_id
where m.n_counted <> b.n_targets
