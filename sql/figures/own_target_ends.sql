-- name: own_target_ends
-- grain: local target
-- depends: core.area_grouping, core.local_government, core.local_target, evidence.local_progress, evidence.metric,
--   evidence.metric_value
-- why: of the numeric targets for 2030 that local governments of the asked area have set themselves and have not met
--   yet, those nearest to it and those furthest from it, by the share of the way from the baseline that the latest
--   value has gone: what is measured, no projection. A long title is cut to what two lines hold, and names its unit
--   itself.
with judged as (
    select
        p.*,
        g.name as government,
        (p.latest_value - p.baseline_value) / nullif(p.target_value - p.baseline_value, 0) as way_gone,
        t.label_subject
    from evidence.local_progress as p
    inner join core.local_government as g on g.local_government_id = p.local_government_id
    inner join core.local_target as t
        on t.site_id = p.site_id
        and t.local_indicator_id = p.local_indicator_id
        and t.sequence = p.sequence
        and t.target_kind = 'target value'
    where p.status not in ('not assessed', 'insufficient data')
        and p.target_year = 2030
        and not p.is_met_at_baseline
        and (
            $area in ('001', g.area_code, g.local_government_id)
            or g.area_code in (select m.area_code from core.area_grouping as m where m.grouping_code = $area)
        )
),
ranked as (
    select
        *,
        count(*) over () as n_found,
        count(*) filter (way_gone < 0) over () as n_back,
        count(*) filter (way_gone > 0) over () as n_on_track,
        (select count(distinct j.local_government_id) from judged as j) as n_governments,
        row_number() over (order by way_gone desc, site_id, local_indicator_id, sequence) as from_top,
        row_number() over (order by way_gone, site_id, local_indicator_id, sequence) as from_bottom
    from judged
    where way_gone < 1
)
select
    m.metric_id,
    ranked.local_government_id as code,
    concat_ws(
        ', ',
        if(
            length(ranked.title) > 70, regexp_replace(left(ranked.title, 68), '\s+\S*$', '') || ' …', ranked.title
        ),
        if(ranked.rows_basis = 'group of the label', ranked.label_subject, null)
    ) || if(
        ranked.unit = 'PERCENT' or length(ranked.title) + length(ranked.unit) > 50
        or contains(lower(ranked.title), lower(ranked.unit)),
        '', ' (' || ranked.unit || ')'
    ) as detail,
    ranked.government as name,
    ranked.government,
    ranked.n_governments,
    ranked.latest_year as year,
    ranked.latest_value as value,
    ranked.status,
    ranked.baseline_year,
    ranked.baseline_value,
    ranked.annual_change,
    ranked.target_value as target_2030,
    ranked.way_covered,
    ranked.projected_value as projected_2030,
    ranked.is_projection_clipped,
    map_from_entries([('site', ranked.site_id || '/' || ranked.local_indicator_id)]) as dimensions,
    'computed' as basis,
    cast(null as varchar) as definition,
    ranked.release,
    ranked.n_found,
    ranked.n_on_track,
    ranked.n_back,
    (select any_value(v.caveat) from evidence.metric_value as v where v.metric_id = m.metric_id) as caveat,
    if(ranked.unit = 'PERCENT', 'PERCENT', '') as unit
from ranked
cross join evidence.metric as m
where list_contains($metrics, m.metric_id)
    and (ranked.from_top <= $most / 2 or ranked.from_bottom <= $most / 2)
order by ranked.way_gone desc, ranked.from_top
