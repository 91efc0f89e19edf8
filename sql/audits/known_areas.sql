-- rule: WH-006
-- severity: warning
-- why: an area that no list, tree or M49 names may be a wrong code; its values are kept
-- fix: Look the code up in M49; the values are kept, with kind 'other area' in core.area.
select distinct o.area_code, a.name
from core.observation as o
join core.area as a using (area_code)
where a.area_type is null and a.iso3 is null and a.kind in ('grouping', 'other area')
    and a.name = a.area_code
