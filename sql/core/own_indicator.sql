-- core.own_indicator: official indicators that a local government reports with numbers of its own.
-- grain: site, official indicator
-- depends: core.local_government, core.local_indicator, core.local_observation
-- why: placeholders, files left out, national and regional rows on a local site, and codes used
--      for another concept do not count as reporting
select
    cast(i.local_government_id as varchar) as local_government_id,
    cast(i.site_id as varchar) as site_id,
    cast(i.indicator_code as varchar) as indicator_code,
    cast(any_value(i.goal_code) as varchar) as goal_code,
    cast(any_value(g.area_code) as varchar) as area_code,
    cast(count(distinct o.year) as bigint) as n_years,
    cast(min(o.year) as integer) as first_year,
    cast(max(o.year) as integer) as last_year
from core.local_indicator as i
join core.local_government as g on g.local_government_id = i.local_government_id
join core.local_observation as o
    on o.site_id = i.site_id and o.local_indicator_id = i.local_indicator_id
where i.match = 'official'
    and i.exclusion_rule is null
    and not i.is_placeholder
    and o.reference_area_kind in ('own', 'part')
    and o.value is not null
group by i.local_government_id, i.site_id, i.indicator_code
order by i.site_id, i.indicator_code
