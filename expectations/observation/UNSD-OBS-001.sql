-- rule: UNSD-OBS-001
-- severity: warning
-- why: A build without a single UN observation answers none of the poverty claims; local records alone may be what
--   was meant.
-- fix: Pull UN data (localsdg pull), or leave out the claims on poverty.
select count(*) as n_rows
from staging.observation
having count(*) = 0
