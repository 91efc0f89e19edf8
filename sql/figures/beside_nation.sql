-- name: beside_nation
-- grain: local government, place
-- depends: core.area, core.area_grouping, core.local_government, evidence.metric, evidence.metric_value
-- why: the latest number of each local government of the asked area beside the nation's of the same file. All by
--   one definition, that of most of the governments: of several the official indicator of poverty by the national
--   line before others. n_total is in how many of them another line of the same year has the nation on the
--   other side. Of one file under two ids the first is shown.
with placed as (
    select
        v.metric_id,
        v.area_code,
        v.local_government_id,
        v.year,
        v.release,
        v.basis,
        v.caveat,
        v.dimensions['indicator'] as indicator_code,
        v.dimensions['threshold'] as threshold,
        v.dimensions['counts'] as counts,
        v.dimensions['site'] as site,
        v.dimensions['series'] as series,
        max(v.value) filter (v.dimensions['place'] = 'own') as own,
        max(v.value) filter (v.dimensions['place'] = 'nation') as nation
    from evidence.metric_value as v
    where list_contains($metrics, v.metric_id)
        and (
            $area in ('001', v.area_code)
            or v.area_code in (select m.area_code from core.area_grouping as m where m.grouping_code = $area)
        )
    group by all
    having own is not null and nation is not null
),
defined as (
    select
        indicator_code,
        threshold,
        counts
    from placed
    group by indicator_code, threshold, counts
    order by
        count(distinct local_government_id) desc,
        indicator_code = '1.2.1' desc,
        threshold = 'national' desc,
        counts = 'persons' desc,
        indicator_code,
        threshold,
        counts
    limit 1
),
latest as (
    select placed.*
    from placed
    inner join defined
        on defined.indicator_code = placed.indicator_code
        and defined.threshold = placed.threshold
        and defined.counts = placed.counts
    qualify row_number() over (
        partition by placed.local_government_id
        order by placed.year desc, placed.site, placed.series nulls first
    ) = 1
),
compared as (
    select
        latest.*,
        count(*) over () as n_found,
        exists(
            select 1
            from placed as other
            where other.local_government_id = latest.local_government_id
                and other.indicator_code = latest.indicator_code
                and other.counts = latest.counts
                and other.year = latest.year
                and other.threshold <> latest.threshold
                and sign(other.own - other.nation) = -sign(latest.own - latest.nation)
                and other.own <> other.nation
        ) as has_turned
    from latest
),
counted as (
    select
        *,
        count(*) filter (has_turned) over () as n_turned
    from compared
    qualify row_number() over (order by own - nation desc, local_government_id) <= $most
),
sides as (
    select
        *,
        unnest(['own', 'nation']) as place
    from counted
)
select
    sides.metric_id,
    sides.area_code,
    sides.local_government_id as code,
    coalesce(g.name, sides.local_government_id) as name,
    coalesce(g.name, sides.local_government_id) as government,
    a.name as country,
    sides.n_found as n_governments,
    map_from_entries([
        ('indicator', sides.indicator_code),
        ('site', sides.site),
        ('threshold', sides.threshold),
        ('counts', sides.counts),
        ('place', sides.place)
    ]) as dimensions,
    sides.year,
    case sides.place when 'own' then sides.own else sides.nation end as value,
    sides.threshold || '; ' || sides.counts as definition,
    sides.n_turned as n_total,
    sides.n_found,
    sides.basis,
    sides.release,
    sides.caveat,
    m.unit
from sides
inner join evidence.metric as m on m.metric_id = sides.metric_id
left join core.local_government as g on g.local_government_id = sides.local_government_id
left join core.area as a on a.area_code = sides.area_code
order by sides.own - sides.nation desc, sides.local_government_id, sides.place = 'nation'
