-- local_targets: the targets that a local government set itself, and how far it is.
-- grain: local indicator, target
-- depends: evidence.local_progress, meta.dataset
-- why: the verdict is computed here from the site's own values; that of the site itself stands beside it.
with sources as (
    select source, release, min(attribution) as attribution
    from meta.dataset
    group by source, release
)
select
    p.local_indicator_id, p.title, p.label, p.series, p.target_year, p.target_value, p.unit, p.direction,
    p.baseline_year, p.baseline_value, p.latest_year, p.latest_value, p.projected_value, p.way_covered, p.status,
    p.reason, p.site_verdict, p.agrees_with_site, p.goal_code, p.target_code, p.indicator_code, p.site_id, p.release,
    d.source as dataset, d.attribution as source
from evidence.local_progress as p
left join sources as d on d.release = p.release
where p.local_government_id = $government
order by try_cast(p.goal_code as integer), p.local_indicator_id, p.sequence, p.series
