-- name: own_poverty_years
-- grain: year, place
-- depends: core.area, core.local_government, evidence.metric, evidence.metric_value
-- why: a local government's poverty beside the nation's, both from one file, over the years by one line: that of the
--   most years, of several the official indicator by the national line of persons.
with placed as (
    select
        v.*,
        v.dimensions['site'] as site,
        v.dimensions['series'] as series,
        v.dimensions['place'] as place,
        v.dimensions['threshold'] as threshold,
        v.dimensions['counts'] as counts
    from evidence.metric_value as v
    where list_contains($metrics, v.metric_id)
        and v.local_government_id = $area
        and v.dimensions['place'] in ('own', 'nation')
        and v.value is not null
),
chosen as (
    select
        site,
        series
    from placed
    group by site, series
    having count(distinct place) = 2
    order by
        any_value(threshold) = 'national' desc,
        any_value(dimensions['indicator']) = '1.2.1' desc,
        any_value(counts) = 'persons' desc,
        count(distinct year) desc,
        site,
        series nulls first
    limit 1
)
select
    p.metric_id,
    p.area_code,
    p.local_government_id as code,
    g.name,
    g.name as government,
    a.name as country,
    p.year,
    p.value,
    p.censoring,
    map_from_entries([
        ('indicator', p.dimensions['indicator']),
        ('threshold', p.threshold),
        ('counts', p.counts),
        ('place', p.place)
    ]) as dimensions,
    p.threshold || '; ' || p.counts as definition,
    p.basis,
    p.release,
    p.caveat,
    m.unit
from placed as p
inner join chosen as c on c.site = p.site and c.series is not distinct from p.series
inner join evidence.metric as m on m.metric_id = p.metric_id
inner join core.local_government as g on g.local_government_id = p.local_government_id
left join core.area as a on a.area_code = p.area_code
order by p.place = 'nation', p.year
