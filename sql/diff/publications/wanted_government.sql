-- diff/publications/wanted_government: the local governments that are named, or are in a named country.
-- grain: local government
-- depends: core.local_government
-- why: who names a country wants its cities too.
select local_government_id
from new.core.local_government
where list_contains($areas, local_government_id) or list_contains($areas, area_code)
union
select local_government_id
from old.core.local_government
where list_contains($areas, local_government_id) or list_contains($areas, area_code)
