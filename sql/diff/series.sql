-- diff/series: how each series differs between $old_release and $new_release.
-- grain: dataset, series
-- depends: core.series_release, core.series, release_change, release_meaning
-- why: a series that one of the two lacks, or of which it holds a part, was not dropped by its publisher:
--   what a partial release leaves out is unknown, so such counts are null. Numbers of two units or
--   definitions are no revision of one another, and are marked.
with older as (
    select dataset_id, series_code, n_rows, unit, is_partial from core.series_release where release = $old_release
),
newer as (
    select dataset_id, series_code, n_rows, unit, is_partial from core.series_release where release = $new_release
),
counted as (
    select
        dataset_id, series_code,
        count(*) filter (change = 'added') as added,
        count(*) filter (change = 'removed') as removed,
        count(*) filter (change = 'changed') as changed
    from release_change
    group by dataset_id, series_code
),
held as (
    select
        dataset_id, series_code, older.n_rows as old_rows, newer.n_rows as new_rows,
        older.unit as old_unit, newer.unit as new_unit,
        older.is_partial as is_old_partial, newer.is_partial as is_new_partial
    from older
    full join newer using (dataset_id, series_code)
)
select
    h.series_code,
    s.description,
    case
        when h.new_rows is null then 'only in ' || $old_release
        when h.old_rows is null then 'only in ' || $new_release
        else 'in both'
    end as presence,
    h.old_rows,
    h.new_rows,
    if(h.is_old_partial or h.new_rows is null or h.old_rows is null, null, coalesce(c.added, 0)) as added,
    if(h.is_new_partial or h.new_rows is null or h.old_rows is null, null, coalesce(c.removed, 0)) as removed,
    if(h.new_rows is null or h.old_rows is null, null, coalesce(c.changed, 0)) as changed,
    if(o.code <> n.code, o.code, null) as renamed_from,
    if(o.definition <> n.definition, o.definition, null) as old_definition,
    if(o.definition <> n.definition, n.definition, null) as new_definition,
    if(h.old_unit <> h.new_unit, h.old_unit, null) as old_unit,
    if(h.old_unit <> h.new_unit, h.new_unit, null) as new_unit,
    list_filter([
        if(o.code <> n.code, 'renamed', null),
        if(o.definition <> n.definition, 'new definition', null),
        if(h.old_unit <> h.new_unit, 'new unit', null),
        if(h.is_old_partial, $old_release || ' is partial', null),
        if(h.is_new_partial, $new_release || ' is partial', null)
    ], lambda note: note is not null) as notes,
    h.dataset_id
from held as h
left join core.series as s on s.series_code = h.series_code
left join counted as c on c.dataset_id = h.dataset_id and c.series_code = h.series_code
left join release_meaning as o
    on o.dataset_id = h.dataset_id and o.series_code = h.series_code and o.release = $old_release
left join release_meaning as n
    on n.dataset_id = h.dataset_id and n.series_code = h.series_code and n.release = $new_release
where len($series) = 0 or list_contains($series, h.series_code)
order by changed + coalesce(removed, 0) desc nulls last, h.series_code, h.dataset_id
