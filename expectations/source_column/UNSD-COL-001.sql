-- rule: UNSD-COL-001
-- severity: warning
-- why: A column of a UN file that the registry does not know was taken, as a dimension or as an attribute; add it
--   to the registry to settle it.
-- fix: Add the column to src/localsdg/registry/codes.csv as a dimension or an attribute.
select
    dataset_id,
    release,
    column_name,
    column_kind,
    column_basis,
    n_rows
from staging.source_column
order by all
