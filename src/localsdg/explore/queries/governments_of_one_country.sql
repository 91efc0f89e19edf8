-- Local and regional governments of one country, with what they publish
-- why: Reviews in the registers, and local indicators with data; 0 means that none is known here.
-- values: area_code=724
select
    g.local_government_id, g.name, g.level, g.population, g.population_year,
    (select count(*) from review as r where r.local_government_id = g.local_government_id) as reviews,
    (
        select count(*)
        from local_indicator as i
        where i.local_government_id = g.local_government_id and i.n_headline > 0
    ) as indicators_with_data,
    g.site_url
from local_government as g
where g.area_code = :area_code
order by reviews desc, g.name
