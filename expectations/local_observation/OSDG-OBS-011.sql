-- rule: OSDG-OBS-011
-- severity: critical
-- why: A unit and its basis go together: a unit that nothing states must not look stated.
-- fix: Report it with the examples; it is a fault of the build.
select
    release,
    site_id,
    local_indicator_id,
    row_number,
    unit,
    unit_basis
from staging.local_observation
where (unit = 'NOT STATED') <> (unit_basis = 'none')
order by all
