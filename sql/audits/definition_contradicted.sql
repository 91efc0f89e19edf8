-- rule: WH-030
-- severity: warning
-- why: a text of the source names another poverty line than the reviewed list has for the day of the
--   release. The text is believed; either the list or the name of the release is wrong
-- fix: Compare the list in src/localsdg/registry/series_definitions.csv with the text of the source.
select dataset_id, release, series_code, definition, listed_definition, n_rows
from core.series_definition
where definition_basis = 'contradicted'
