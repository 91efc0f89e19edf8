-- rule: WH-031
-- severity: warning
-- why: a series whose definition changes over time came in a release whose name does not tell its day,
--   and no text of the source names the definition: its values are compared with no other release
-- fix: Add the day of the release to src/localsdg/registry/release_dates.csv.
select dataset_id, release, series_code, n_rows
from core.series_definition
where definition_basis = 'not known'
