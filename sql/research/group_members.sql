-- group_members: the countries of a group, of a region or of the World.
-- grain: country; depends: core.area, core.group_country
-- why: a group has a value of its own, and countries; both are asked for.
select g.area_code, a.name
from core.group_country as g
join core.area as a on a.area_code = g.area_code
where g.grouping_code = $grouping
order by a.name
