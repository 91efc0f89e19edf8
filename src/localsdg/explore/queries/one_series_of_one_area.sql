-- One series of one area, year by year
-- why: Totals alone, with unit, definition and release beside each value.
-- values: series_code=SI_POV_DAY1&area_code=001
select o.year, o.value, o.unit, o.definition, o.nature, o.release, o.dataset_id
from observation as o
where o.series_code = :series_code and o.area_code = :area_code and o.is_total
order by o.definition, o.year
