-- connector_local_government: who a local government is.
-- grain: one row a local government
-- depends: core.local_government, core.area
-- why: the head of its profile; each key has its source.
select
    g.local_government_id, g.name, g.name_en, g.level, a.name as country, g.area_code, g.iso_3166_2, g.nuts,
    g.wikidata, g.population, g.population_year, g.population_basis, g.site_url
from core.local_government as g
left join core.area as a on a.area_code = g.area_code
where g.local_government_id = $government
