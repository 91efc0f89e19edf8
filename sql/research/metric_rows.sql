-- metric_rows: values of metrics in one edition of the evidence, with names, unit and source on every row.
-- grain: metric, area or local government, year, breakdown
-- depends: core.area, core.local_government, evidence.metric, evidence.metric_value, evidence.metric_value_as_of,
--          meta.dataset
-- why: the total is shown where the metric has one, unless breakdowns are asked for. `$dimensions` are the
--      dimensions that are asked for, `$codes` their values as `dimension` and value with chr(31) between. The
--      rows of some metrics have units of their own, which are a dimension.
with picked as (
    select *
    from evidence.metric_value_as_of
    where
        list_contains($metrics, metric_id)
        and as_of = coalesce(cast($as_of as date), (select max(n.as_of) from evidence.metric_value as n))
        and (
            len($areas) + len($governments) = 0
            or local_government_id is null and list_contains($areas, area_code)
            or list_contains($governments, local_government_id)
        )
        and ($first_year is null or year >= $first_year)
        and ($last_year is null or year <= $last_year)
        and (len($years) = 0 or list_contains($years, cast(year as varchar)))
        and len(
            list_filter(
                $dimensions,
                lambda name: not list_contains($codes, lower(name || chr(31) || coalesce(dimensions[name], '')))
                and not (list_contains($any, name) and dimensions[name] is not null)
            )
        ) = 0
    qualify
        not $is_total
        or breakdown = ''
        or not bool_or(breakdown = '') over (partition by metric_id)
),
releases as (
    select distinct release, unnest(string_split(release, '; ')) as part
    from picked
),
sources as (
    select
        r.release, string_agg(distinct d.attribution, '; ' order by d.attribution) as source
    from releases as r
    join meta.dataset as d on d.release = r.part
    group by r.release
)
select
    p.metric_id, coalesce(p.local_government_id, p.area_code) as area_code, coalesce(g.name, a.name) as area, p.year,
    p.value, coalesce(p.dimensions['unit'], m.unit) as unit, p.breakdown,
    p.lower_bound, p.upper_bound, p.censoring, p.basis, p.definition, p.n_areas,
    p.n_total, p.denominator, p.coverage_pct, p.is_headline_year, p.strength, p.as_of, p.release,
    coalesce(s.source, 'computed by localsdg') as source, p.caveat, m.title as metric,
    if(p.local_government_id is not null, 'local government', a.kind) as area_kind, p.dimensions
from picked as p
join evidence.metric as m on m.metric_id = p.metric_id
left join core.area as a on a.area_code = p.area_code
left join core.local_government as g on g.local_government_id = p.local_government_id
left join sources as s on s.release = p.release
order by
    list_position($metrics, p.metric_id), coalesce(list_position($areas, p.area_code), 0), area, p.area_code,
    p.local_government_id, p.breakdown, p.year
