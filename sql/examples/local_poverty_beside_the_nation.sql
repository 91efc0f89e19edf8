-- Which local governments report 1.2.1, and what they say beside the national figure.
-- name: local_poverty_beside_the_nation
-- grain: site, local indicator, series, year
-- depends: evidence.local_vs_national, core.local_government
-- why: pairs of the same definition come first; the class of comparability and its reason are beside the numbers,
--   and a gap only where they are comparable
select
    cast(g.name as varchar) as local_government,
    cast(v.year as integer) as year,
    cast(v.local_value as double) as local_value,
    cast(v.local_unit as varchar) as local_unit,
    cast(v.poverty_threshold as varchar) as poverty_threshold,
    cast(v.national_value as double) as national_value,
    cast(v.national_year as integer) as national_year,
    cast(v.gap as double) as gap,
    cast(v.comparability as varchar) as comparability,
    cast(v.reason as varchar) as reason,
    cast(v.site_id as varchar) as site_id,
    cast(v.local_indicator_id as varchar) as local_indicator_id,
    cast(v.series as varchar) as series,
    cast(v.population_unit as varchar) as population_unit
from evidence.local_vs_national as v
join core.local_government as g on g.local_government_id = v.local_government_id
where v.indicator_code = '1.2.1'
order by v.comparability <> 'same definition', g.name, v.site_id, v.local_indicator_id, v.series, v.year
