-- core.own_indicator: official indicators that a local government reports with numbers of its own.
-- grain: site, official indicator
-- depends: core.local_government, core.local_indicator, core.local_observation
-- why: placeholders, files left out, national and regional rows on a local site, and codes used
--      for another concept do not count as reporting. A title in a language without official titles
--      to compare with is no reason against it: `match` tells those indicators apart.
select
    i.local_government_id, i.site_id, i.indicator_code, any_value(i.goal_code) as goal_code,
    any_value(g.area_code) as area_code, count(distinct o.year) as n_years, min(o.year) as first_year,
    max(o.year) as last_year,
    -- the surer of the matches of its local indicators
    min(i.match) as match
from core.local_indicator as i
join core.local_government as g on g.local_government_id = i.local_government_id
join core.local_observation as o
    on o.site_id = i.site_id and o.local_indicator_id = i.local_indicator_id
where o.quality_flag is null
    and i.match in ('official', 'official, title not compared')
    and i.exclusion_rule is null
    and not i.is_placeholder
    and o.reference_area_kind in ('own', 'part')
    and o.value is not null
    -- projections are no numbers that it has
    and (i.last_year is null or o.year <= i.last_year)
group by i.local_government_id, i.site_id, i.indicator_code
order by i.site_id, i.indicator_code
