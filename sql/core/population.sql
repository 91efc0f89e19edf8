-- core.population: people of a country, or of the World, in a year.
-- grain: area, year
-- depends: staging.population, core.area, release_order
-- why: counts of people are held against it, and a figure that is computed here says what share of the
--      people its countries have. Of several releases the newest that has the area and year counts.
select
    a.area_code, p.year, p.population, p.source, p.release, p.dataset_id
from staging.population as p
join core.area as a on a.iso3 = p.iso3 or (a.area_code = '001' and p.iso3 = 'WLD')
join release_order as r on r.dataset_id = p.dataset_id and r.release = p.release
qualify row_number() over (
    partition by a.area_code, p.year order by r.dataset_rank, r.position desc, p.snapshot_sha256
) = 1
order by area_code, year
