-- rule: UNSD-KEY-001
-- severity: critical
-- why: Rows of one observation agree in value and unit, in whatever spelling of the codes they came (BOTHSEX in
--   one file, _T in another): those that do not were set aside (UNSD-K01).
-- fix: Report it with the examples; it is a fault of the build.
select
    observation_key,
    staged_row,
    n_rows
from staging.observation_key
where not is_consistent
order by staged_row
