-- local_government_facts: what is known of a local government itself.
-- grain: local government; depends: core.area, core.local_government
-- why: the heading of its profile.
select
    g.local_government_id, g.name, g.name_en, g.level, g.area_code, a.name as country, g.site_url, g.population,
    g.population_year, g.iso_3166_2, g.nuts, g.wikidata
from core.local_government as g
left join core.area as a on a.area_code = g.area_code
where g.local_government_id = $government
