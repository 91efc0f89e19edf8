-- Local poverty beside the nation's, both from one file of the local government, and whether the UN has that value.
-- name: local_poverty_beside_the_nation_in_file
-- grain: site, local indicator, series, year
-- depends: evidence.local_beside_nation_in_file, core.local_government
-- why: one source and one definition on both sides; the UN's value says whether the nation's is the official one
-- column local_government: Name of the local government.
select
    cast(g.name as varchar) as local_government,
    cast(f.year as integer) as year,
    cast(f.local_value as double) as local_value,
    cast(f.national_value as double) as national_value,
    cast(f.gap as double) as gap,
    cast(f.unit as varchar) as unit,
    cast(f.poverty_threshold as varchar) as poverty_threshold,
    cast(f.population_unit as varchar) as population_unit,
    cast(f.un_value as double) as un_value,
    cast(f.un_year as integer) as un_year,
    cast(f.agrees_with_un as boolean) as agrees_with_un,
    cast(f.series as varchar) as series,
    cast(f.site_id as varchar) as site_id,
    cast(f.local_indicator_id as varchar) as local_indicator_id
from evidence.local_beside_nation_in_file as f
join core.local_government as g on g.local_government_id = f.local_government_id
where f.indicator_code in ('1.2.1', '1.2.2')
order by g.name, f.site_id, f.local_indicator_id, f.series, f.year
