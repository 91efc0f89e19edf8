-- rule: WH-011
-- severity: critical
-- why: rows of one observation agree in value and unit, in whatever spelling of the codes they came
select series_code, area_code, year, release, breakdown, values_found
from staged_conflicts
