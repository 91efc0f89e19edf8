-- diff/publications/series_pair: the release of each UN series that each file shows as the latest, and whether the
--   values differ.
-- grain: dataset, series
-- depends: core.observation, core.series_release
-- why: most series are the same from week to week; a sum of hashes finds them without a join of their values.
with older as ( -- noqa: ST03
    select
        r.dataset_id, r.series_code, r.release, any_value(r.unit) as unit, count(*) as n_rows,
        sum(hash(o.area_code, o.year, o.breakdown, o.value, o.value_raw)) as digest,
        max(o.definition) as definition
    from old.core.series_release as r
    join old.core.observation as o
        on o.dataset_id = r.dataset_id and o.series_code = r.series_code and o.release = r.release
    where r.is_latest
    group by r.dataset_id, r.series_code, r.release
),
newer as ( -- noqa: ST03
    select
        r.dataset_id, r.series_code, r.release, any_value(r.unit) as unit, count(*) as n_rows,
        sum(hash(o.area_code, o.year, o.breakdown, o.value, o.value_raw)) as digest,
        max(o.definition) as definition
    from new.core.series_release as r
    join new.core.observation as o
        on o.dataset_id = r.dataset_id and o.series_code = r.series_code and o.release = r.release
    where r.is_latest
    group by r.dataset_id, r.series_code, r.release
)
select
    dataset_id, series_code, older.release as old_release, newer.release as new_release, -- noqa: RF03
    older.n_rows as old_rows, newer.n_rows as new_rows, older.unit as old_unit, newer.unit as new_unit,
    older.definition as old_definition, newer.definition as new_definition,
    older.digest is distinct from newer.digest as is_different -- noqa: AL05
from older
full join newer using (dataset_id, series_code)
